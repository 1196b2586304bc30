"""What an end-to-end script expects, said as it is found; the first that does not hold ends the script."""


def expect(found, wanted, what):
    if found != wanted:
        raise SystemExit(f"✘ {what}: {found!r} (expected: {wanted!r})")
    print(f"ok: {what}: {found!r}", flush=True)


def expect_in(part, whole, what):
    if part not in whole:
        raise SystemExit(f"✘ {what}: no {part!r} in:\n{whole}")
    print(f"ok: {what}: {part!r}", flush=True)
