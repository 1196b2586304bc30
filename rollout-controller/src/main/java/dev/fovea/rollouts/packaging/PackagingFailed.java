package dev.fovea.rollouts.packaging;

import dev.fovea.kernel.Problem;

/** The container image could not be made, and trying again would not help. */
public final class PackagingFailed extends Problem {
  private final String image;
  private final String why;
  private final String fix;

  /**
   * @param image its name
   * @param why what went wrong
   * @param fix what to do
   */
  public PackagingFailed(String image, String why, String fix) {
    super(Kind.INVALID, "image %s was not made: %s".formatted(image, why), fix);
    this.image = image;
    this.why = why;
    this.fix = fix;
  }

  public String image() {
    return image;
  }

  public String why() {
    return why;
  }

  public String fix() {
    return fix;
  }
}
