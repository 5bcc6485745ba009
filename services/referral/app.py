"""The referral service."""

from services.referral.handlers import FOLLOW_UPS
from services.referral.queries import count
from shared.runtime.service import Service

SERVICE = Service("referral", follow_ups=FOLLOW_UPS, project=count)
