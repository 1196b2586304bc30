package dev.fovea.pipelines.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SignatureTest {
  private static final byte[] BODY = "Hello, World!".getBytes(StandardCharsets.UTF_8);

  /** The vector of GitHub's documentation, "Validating webhook deliveries". */
  private static final String SECRET = "It's a Secret to Everybody";

  private static final String SIGNED =
      "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

  @Test
  void signsAsGitHubDoes() {
    assertThat(Signature.of(SECRET, BODY)).isEqualTo(SIGNED);
    assertThat(Signature.fits(SIGNED, BODY, List.of(SECRET))).isTrue();
  }

  @Test
  void acceptsEitherOfTwoSecrets() {
    assertThat(Signature.fits(SIGNED, BODY, List.of("new", SECRET))).isTrue();
    assertThat(Signature.fits(SIGNED, BODY, List.of("new"))).isFalse();
  }

  @Test
  void refusesEveryOtherSignatureAndForm() {
    var other = "Hello, world!".getBytes(StandardCharsets.UTF_8);
    assertThat(Signature.fits(SIGNED, other, List.of(SECRET))).isFalse();
    for (var header :
        new @Nullable String[] {
          null,
          "",
          "sha256=",
          "sha256=" + "0".repeat(64),
          SIGNED.substring(7),
          SIGNED + "0",
          SIGNED.toUpperCase(java.util.Locale.ROOT),
          SIGNED.replace("sha256", "sha1"),
          "sha1=2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"
        }) {
      assertThat(Signature.fits(header, BODY, List.of(SECRET))).as(header).isFalse();
    }
    assertThat(Signature.fits(SIGNED, BODY, List.of())).isFalse();
  }
}
