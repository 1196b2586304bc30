package dev.fovea.kernel;

/** Nothing of this kind has this name or digest, or the caller may not know that it has. */
public final class NoSuchThing extends Problem {
  private final String thing;
  private final String name;
  private final String fix;

  /**
   * @param thing what kind of thing, such as {@code dataset}
   * @param name the name or digest asked for
   * @param fix what to do, such as where to see those that exist
   */
  public NoSuchThing(String thing, String name, String fix) {
    super(Kind.NOT_FOUND, "there is no %s '%s' here".formatted(thing, Text.excerpt(name)), fix);
    this.thing = thing;
    this.name = name;
    this.fix = fix;
  }

  public String thing() {
    return thing;
  }

  public String name() {
    return name;
  }

  public String fix() {
    return fix;
  }
}
