package dev.fovea.registry;

import dev.fovea.kernel.Problem;
import dev.fovea.kernel.Text;

/** An identity token that is not exchanged, and which of its claims is why. */
public final class TokenRefused extends Problem {
  private final String claim;
  private final String found;
  private final String expected;
  private final String fix;

  /**
   * @param claim the claim or header parameter
   * @param found its value
   * @param expected what it had to be
   * @param fix what to configure, and where
   */
  public TokenRefused(String claim, String found, String expected, String fix) {
    super(
        Kind.UNAUTHENTICATED,
        "%s: '%s' (expected: %s)".formatted(claim, Text.excerpt(found), expected),
        fix);
    this.claim = claim;
    this.found = Text.excerpt(found);
    this.expected = expected;
    this.fix = fix;
  }

  public String claim() {
    return claim;
  }

  public String found() {
    return found;
  }

  public String expected() {
    return expected;
  }

  public String fix() {
    return fix;
  }
}
