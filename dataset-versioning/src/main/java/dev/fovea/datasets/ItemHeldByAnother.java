package dev.fovea.datasets;

import dev.fovea.kernel.Problem;

/** Somebody else labels this item or has labelled it. */
public final class ItemHeldByAnother extends Problem {
  private final int number;
  private final String holder;

  public ItemHeldByAnother(int number, String holder) {
    super(
        Kind.CONFLICT,
        "item %d is held by %s".formatted(number, holder),
        "go on with the next item; a lease ends by itself after some minutes");
    this.number = number;
    this.holder = holder;
  }

  public int number() {
    return number;
  }

  public String holder() {
    return holder;
  }
}
