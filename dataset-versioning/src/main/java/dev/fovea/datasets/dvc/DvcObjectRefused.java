package dev.fovea.datasets.dvc;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Problem;
import dev.fovea.kernel.Text;

/** An object that {@code dvc push} brought and that cannot be kept under the name it came with. */
final class DvcObjectRefused extends Problem {
  private static final long serialVersionUID = 1;

  private final Kind because;
  private final String what;
  private final String fix;

  DvcObjectRefused(Kind because, String what, String fix) {
    super(because, what, fix);
    this.because = because;
    this.what = what;
    this.fix = fix;
  }

  static DvcObjectRefused mismatch(String name, String md5) {
    return new DvcObjectRefused(
        Kind.INVALID,
        "object %s: its bytes have the MD5 %s".formatted(Text.excerpt(name), md5),
        "the file changed since 'dvc add', or its cache is damaged: run 'dvc add' again, then 'dvc push'");
  }

  static DvcObjectRefused collision(String name, Digest first, Digest second) {
    return new DvcObjectRefused(
        Kind.CONFLICT,
        "object %s: two different files have this MD5, %s is kept and %s is refused"
            .formatted(Text.excerpt(name), first, second),
        "change one byte of the new file; two files with one MD5 do not happen by chance, so find out where it came from");
  }

  static DvcObjectRefused tooLarge(String name, long limitBytes) {
    return new DvcObjectRefused(
        Kind.TOO_LARGE,
        "object %s: more than %d bytes".formatted(Text.excerpt(name), limitBytes),
        "split the file, or raise fovea.datasets.dvc.max-object");
  }

  public Kind because() {
    return because;
  }

  public String what() {
    return what;
  }

  public String fix() {
    return fix;
  }
}
