package dev.fovea.registry.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Name;
import dev.fovea.registry.oidc.OidcProperties.Binding;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BindingsTest {
  @ParameterizedTest
  @CsvSource({
    "refs/heads/main, refs/heads/main, true",
    "refs/heads/main, refs/heads/main2, false",
    "refs/heads/main, xrefs/heads/main, false",
    "refs/tags/v*, refs/tags/v1.2, true",
    "refs/tags/v*, refs/tags/v1/x, false",
    "refs/heads/release-*-eu, refs/heads/release-7-eu, true",
    "refs/heads/**, refs/heads/a/b, true",
    "refs/heads/a.c, refs/heads/abc, false",
    "'refs/heads/(', 'refs/heads/(', true"
  })
  void aStarStaysInItsSegment(String pattern, String ref, boolean fits) {
    assertThat(Bindings.matches(List.of(pattern), ref)).isEqualTo(fits);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://issuer.example.org",
        "http://169.254.169.254",
        "ftp://localhost",
        "file:///etc",
        "issuer"
      })
  void anIssuerIsReachedByHttpsOrOnThisMachine(String issuer) {
    assertThatThrownBy(() -> properties(URI.create(issuer), Duration.ofMinutes(10)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fovea.registry.oidc.issuer");
  }

  @Test
  void aTokenLivesForAQuarterOfAnHourAtMost() {
    var issuer = URI.create("https://issuer.example.org");
    assertThat(properties(issuer, Duration.ofMinutes(15)).lifetime()).hasMinutes(15);
    assertThatThrownBy(() -> properties(issuer, Duration.ofMinutes(16)))
        .hasMessageContaining("fovea.registry.oidc.lifetime");
  }

  @Test
  void aBindingNamesARepository() {
    assertThatThrownBy(() ->
            new Binding(
                Name.of("parcels"),
                Optional.empty(),
                Optional.empty(),
                Optional.of("42"),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of()))
        .hasMessageContaining("no repository");
  }

  private static OidcProperties properties(URI issuer, Duration lifetime) {
    return new OidcProperties(
        issuer, "fovea", lifetime, Duration.ofHours(1), Duration.ofSeconds(30), List.of());
  }
}
