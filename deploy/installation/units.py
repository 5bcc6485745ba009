"""systemd units: one for each service of the agency, with no more rights than it needs."""

from pathlib import Path

UNIT = """\
# Put it into /etc/systemd/system, then: systemctl daemon-reload && systemctl enable --now nrm-{service}
[Unit]
Description=NRM {service} of {agency}
Wants=network-online.target time-sync.target
After=network-online.target time-sync.target postgresql.service

[Service]
User={user}
EnvironmentFile={folder}/agency.env
ExecStart={root}/nrm serve --service {service} --port {port}
Restart=always
RestartSec=2
TimeoutStopSec=30
MemoryMax=1G
TasksMax=256
UMask=0077

# It reads the project and its own folder, and writes its databases and their master keys: nothing else.
ProtectSystem=strict
ReadWritePaths={folder}/data {folder}/keys
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources

[Install]
WantedBy=multi-user.target
"""


def unit(service: str, agency: str, folder: Path, root: Path, user: str, port: int) -> str:
    """The text of one service's unit. `root` is where the project lies, `folder` the agency's own."""
    return UNIT.format(service=service, agency=agency, folder=folder, root=root, user=user, port=port)
