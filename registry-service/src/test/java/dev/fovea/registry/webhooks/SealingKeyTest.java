package dev.fovea.registry.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.InvalidRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealingKeyTest {
  @TempDir private Path folder;

  @Test
  void whatIsSealedOpensForItsOwnerAlone() {
    var key = new SealingKey(new byte[32]);
    var sealed = key.seal("whsec_secret", "hook 1");
    assertThat(key.open(sealed, "hook 1")).contains("whsec_secret");
    assertThat(key.open(sealed, "hook 2")).isEmpty();
    assertThat(new SealingKey(filled(1)).open(sealed, "hook 1")).isEmpty();
    assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("secret");
    assertThat(key.seal("whsec_secret", "hook 1")).as("another nonce").isNotEqualTo(sealed);
  }

  @Test
  void everyChangedOrMissingByteIsNoticed() {
    var key = new SealingKey(filled(7));
    var sealed = key.seal("s", "hook");
    for (int i = 0; i < sealed.length; i++) {
      var changed = sealed.clone();
      changed[i] ^= 1;
      assertThat(key.open(changed, "hook")).as("byte %d changed", i).isEmpty();
      assertThat(key.open(Arrays.copyOf(sealed, i), "hook")).as("cut at %d", i).isEmpty();
    }
  }

  @Test
  void itsOwnFileIsMadeOnceForItsOwnerAlone() throws IOException {
    var file = folder.resolve("made/key");
    var sealed = new SealingKeyFile(Optional.empty(), Optional.of(file)).key().seal("s", "hook");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(new SealingKeyFile(Optional.empty(), Optional.of(file)).key().open(sealed, "hook"))
        .contains("s");
    try (var left = Files.list(file.getParent())) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void aFileThatIsNamedIsNeverMadeAndHasToHoldAKey() throws IOException {
    var file = folder.resolve("key");
    var named = Optional.of(file);
    assertThatThrownBy(() -> new SealingKeyFile(named, Optional.empty()).key())
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining(file.toString());
    assertThat(file).doesNotExist();
    for (var wrong :
        new String[] {
          "", "no base64!", Base64.getEncoder().encodeToString(filled(1)).substring(4)
        }) {
      Files.writeString(file, wrong);
      assertThatThrownBy(() -> new SealingKeyFile(named, Optional.empty()).key())
          .hasMessageContaining("holds no key (expected: the base64 of 32 bytes)");
    }
    Files.writeString(file, Base64.getEncoder().encodeToString(filled(1)) + "\n");
    assertThat(new SealingKeyFile(named, Optional.empty()).key().toString())
        .isEqualTo("SealingKey[•••]");
  }

  @Test
  void withoutAFileTheRefusalSaysWhatToDo() {
    assertThatThrownBy(() -> new SealingKeyFile(Optional.empty(), Optional.empty()).key())
        .isInstanceOfSatisfying(
            InvalidRequest.class,
            problem -> {
              assertThat(problem.explanation())
                  .isEqualTo("this installation has no key to keep secrets by");
              assertThat(problem.remedy()).contains("fovea.registry.webhooks.key-file");
            });
  }

  private static byte[] filled(int with) {
    var bytes = new byte[32];
    Arrays.fill(bytes, (byte) with);
    return bytes;
  }
}
