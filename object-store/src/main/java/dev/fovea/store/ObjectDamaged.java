package dev.fovea.store;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Problem;

/** The bytes in the store are not those that were written. */
public final class ObjectDamaged extends Problem {
  private final Digest digest;

  public ObjectDamaged(Digest digest) {
    super(
        Kind.UNAVAILABLE,
        "object %s does not have the bytes that were written".formatted(digest),
        "restore the object from a backup, or store the same bytes again; Fovea never serves it in this state");
    this.digest = digest;
  }

  public Digest digest() {
    return digest;
  }
}
