package dev.fovea.dvc.pack;

import dev.fovea.kernel.Problem;

/** A pack, or its index, is not what it has to be. Nothing is read by it. */
public final class PackRefused extends Problem {
  private static final long serialVersionUID = 1;
  private static final String PUSH_AGAIN =
      "remove it and the file of the same name beside it, then have whoever has the data run:"
          + " fovea dataset push";

  private PackRefused(String explanation, String remedy) {
    super(Kind.INVALID, explanation, remedy);
  }

  /** An index that says what can't be. */
  static PackRefused index(String name, String fault) {
    return new PackRefused(
        "the index %s%s.idx: %s".formatted(PackFiles.FOLDER, name, fault), PUSH_AGAIN);
  }

  /** A pack that has other bytes than its index or its name says. */
  public static PackRefused pack(String name, String fault) {
    return new PackRefused(
        "the pack %s%s.pack: %s".formatted(PackFiles.FOLDER, name, fault), PUSH_AGAIN);
  }

  /** A folder's object beside the packs that is not what its name says. */
  public static PackRefused folder(String name, String md5) {
    return new PackRefused(
        "the folder's object %s%s: its bytes have the MD5 %s"
            .formatted(PackFiles.FOLDER, name, md5),
        "remove it, then have whoever has the folder run: fovea dataset push --packs");
  }

  /** Two packs that have different objects under one name. */
  static PackRefused collision(String md5, String first, String second) {
    return new PackRefused(
        "the packs %s and %s have different files under the MD5 %s".formatted(first, second, md5),
        "two files with one MD5 do not happen by chance: find out who pushed which, and remove that"
            + " one's pack and index under "
            + PackFiles.FOLDER);
  }

  /** More packs than may be looked into at once. */
  static PackRefused tooMany(long objects, long most) {
    return new PackRefused(
        "the packs hold %d objects (expected: at most %d)".formatted(objects, most),
        "make loose objects of them: fovea dataset explode --grace 0");
  }
}
