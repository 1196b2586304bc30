package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelStatementTest {
  private static final Digest WEIGHTS = Digest.sha256("weights".getBytes(StandardCharsets.UTF_8));
  private static final ModelStatement STATEMENT =
      ModelStatement.of(
          new ModelStatement.Registered(
              Name.of("parcels"),
              "digit-reader",
              3,
              Optional.of(WEIGHTS),
              Optional.of(ModelVersion.Format.PT2),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              "ada",
              Instant.parse("2026-11-22T10:00:00.123Z"),
              Instant.parse("2026-11-22T10:00:00.125Z"),
              false),
          List.of(
              ModelStatement.Resource.of("a.txt", WEIGHTS),
              ModelStatement.Resource.of("model.pt2", WEIGHTS)));

  @Test
  void isReadAsItWasWritten() {
    assertThat(ModelStatement.parse(STATEMENT.bytes())).isEqualTo(STATEMENT);
    assertThat(new String(STATEMENT.bytes(), StandardCharsets.UTF_8))
        .startsWith("{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":")
        .contains(
            "\"serialization\":{\"method\":\"files\",\"hash_type\":\"sha256\",\"allow_symlinks\":false,")
        .doesNotContain("parity");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"number\":3 | \"number\":3,\"number\":4 | uplicate",
        "{\"_type\" | {\"_type\":\"x\",\"_type\" | uplicate",
        "in-toto.io/Statement/v1 | in-toto.io/Statement/v0.1 | Statement/v0.1 about",
        "model_signing/signature/v1.0 | model_signing/Digests/v0.1 | about https://model_signing/Digests/v0.1",
        "\"name\":\"a.txt\" | \"name\":\"model.pt2\" | two files 'model.pt2'",
        "\"model\":\"digit-reader\" | \"model\":\"another\" | its subject is not model another",
        "\"algorithm\":\"sha256\" | \"algorithm\":\"md5\" | a.txt by md5",
        "\"registeredBy\":\"ada\", |  | registeredBy",
        "\"digest\":\" | \"digest\":\"zz | digest"
      })
  void whatContradictsItselfIsRefused(String from, String to, String why) {
    var altered =
        new String(STATEMENT.bytes(), StandardCharsets.UTF_8).replace(from, to == null ? "" : to);
    assertThatThrownBy(() -> ModelStatement.parse(altered.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void whatIsNoStatementIsRefused() {
    for (var text : List.of("", "null", "[]", "{", "{}", "[".repeat(10_000))) {
      assertThatThrownBy(() -> ModelStatement.parse(text.getBytes(StandardCharsets.UTF_8)))
          .as(text.length() > 10 ? "deep" : text)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
