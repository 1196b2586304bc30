package dev.fovea.store;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Problem;

/** The store has no object of this digest. */
public final class NoSuchObject extends Problem {
  private final Digest digest;

  public NoSuchObject(Digest digest) {
    super(
        Kind.NOT_FOUND,
        "there is no object %s in the store".formatted(digest),
        "check the digest; 'fovea why %s' tells what refers to it".formatted(digest.abbreviated()));
    this.digest = digest;
  }

  public Digest digest() {
    return digest;
  }
}
