"""One ciphertext of AES-GCM that opens under two keys: what a hostile author can make, because the mode does not commit to its key.

Tag and ciphertext are linear in one free block (Dodis, Grubbs, Ristenpart, Woodage: Fast Message Franking, CRYPTO 2018).
"""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 16


def _product(x: int, y: int) -> int:
    """In the field of GHASH; its lowest power is the highest bit."""
    z = 0
    for bit in range(127, -1, -1):
        if x >> bit & 1:
            z ^= y
        y = y >> 1 ^ (0xE1 << 120 if y & 1 else 0)
    return z


def _power(x: int, exponent: int) -> int:
    made = 1 << 127
    while exponent:
        made, x, exponent = (_product(made, x) if exponent & 1 else made), _product(x, x), exponent >> 1
    return made


def _block(key: bytes, block: bytes) -> int:
    ecb = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return int.from_bytes(ecb.update(block), "big")


def _hashed(h: int, blocks: list[int]) -> int:
    y = 0
    for block in blocks:
        y = _product(y ^ block, h)
    return y


def both(one: bytes, other: bytes, plain: bytes, bound: bytes, nonce: bytes) -> bytes:
    """Nonce, ciphertext and tag that open under either key: under the first to `plain` and one block more, under the second to noise."""
    stream = Cipher(algorithms.AES(one), modes.CTR(nonce + (2).to_bytes(4, "big"))).encryptor()
    assert len(plain) % BLOCK == 0
    cipher = stream.update(plain)
    said = [
        int.from_bytes(data[at : at + BLOCK].ljust(BLOCK, b"\0"), "big") for data in (bound, cipher) for at in range(0, len(data), BLOCK)
    ]
    length = len(bound) * 8 << 64 | (len(cipher) + BLOCK) * 8
    keys = [_block(key, bytes(BLOCK)) for key in (one, other)]
    masks = [_block(key, nonce + (1).to_bytes(4, "big")) for key in (one, other)]
    tags = [_hashed(h, [*said, 0, length]) ^ mask for h, mask in zip(keys, masks, strict=True)]
    factor = _product(keys[0], keys[0]) ^ _product(keys[1], keys[1])
    free = _product(tags[0] ^ tags[1], _power(factor, 2**128 - 2))
    tag = tags[0] ^ _product(free, _product(keys[0], keys[0]))
    return nonce + cipher + free.to_bytes(BLOCK, "big") + tag.to_bytes(BLOCK, "big")
