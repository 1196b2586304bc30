package dev.fovea.roles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dsse.SigningKey;
import dev.fovea.kernel.InvalidRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningKeyFileTest {
  private static final SigningKeyFile KEYS = new SigningKeyFile("tests", "fovea.tests.key");

  @TempDir private Path folder;

  @Test
  void makesOneThatOnlyItsOwnerReadsAndKeepsIt() throws IOException {
    var own = folder.resolve("home/key.pem");
    var made = KEYS.key(Optional.empty(), own);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
        .isEqualTo("rw-------");
    assertThat(KEYS.key(Optional.empty(), own).verifying()).isEqualTo(made.verifying());
    try (var files = Files.list(folder.resolve("home"))) {
      assertThat(files).containsExactly(own);
    }
  }

  @Test
  void readsTheOneThatWasNamedAndMakesNone() throws IOException {
    var key = SigningKey.generate();
    var named = Files.writeString(folder.resolve("named.pem"), key.pem());
    var own = folder.resolve("own.pem");
    assertThat(KEYS.key(Optional.of(named), own).verifying()).isEqualTo(key.verifying());
    assertThat(own).doesNotExist();
    Files.delete(named);
    assertThatThrownBy(() -> KEYS.key(Optional.of(named), own))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("there is no signing key at " + named);
    assertThat(named).doesNotExist();
  }

  @Test
  void refusesWhatIsNoKeyAndRepeatsNothingOfIt() throws IOException {
    var file = folder.resolve("key.pem");
    for (var text :
        new String[] {
          "",
          "s3cret",
          "-----BEGIN PRIVATE KEY-----\ns3cret\n-----END PRIVATE KEY-----\n",
          "s3cret".repeat(1 << 14)
        }) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> KEYS.key(Optional.of(file), file))
          .isInstanceOf(InvalidRequest.class)
          .hasMessageContaining(file.toString())
          .hasMessageNotContaining("s3cret");
    }
  }
}
