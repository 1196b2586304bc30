package dev.fovea.dvc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The digests are those of {@code hash_file(…, "md5-dos2unix")} of dvc-data 3.18.3. */
class NamingTest {
  private static final int CHUNK = 1 << 20;

  @TempDir Path folder;

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(Naming.DOS_TO_UNIX.hasher().digest(bytes));
  }

  private static String hex(String latin1) {
    return hex(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  @ParameterizedTest
  @CsvSource({
    "'hello\\r\\nworld\\r\\n', 0f723ae7f9bf07744445e93ac5595156",
    "'a\\rb\\n\\r', bf8cbfbd8ab16d84b0a4da477e783f4d",
    "'\\0\\r\\n\\1', 6fb1bb143e07d52be6b9f2c90cd306c4",
    "'abcdefg\\1\\2\\3\\r\\n', 2a6b64668a4f22509e0a57286eb38f46",
    "'abcde\\1\\2\\3\\r\\n', b63b0d8538c5be2c2f3bd54017970733",
    "'\\r\\r\\n', 81051bcc2cf1bedf378224b0a93e2877",
    "'x\\t\\f\\b\\r\\n', 1b47ecf2c68b84a549f8abde0a0e43cd"
  })
  void namesAsDvcTwoDid(String text, String md5) {
    assertThat(hex(text.translateEscapes())).isEqualTo(md5);
  }

  @Test
  void judgesEachMebibyteByItself() throws Exception {
    var across = new byte[2 * CHUNK];
    Arrays.fill(across, (byte) 'a');
    across[CHUNK - 1] = '\r';
    across[CHUNK] = '\n';
    across[10] = '\r';
    across[11] = '\n';
    assertThat(hex(across)).isEqualTo("1fbd6bc0e358ac77a220c6cc6ed33202");
    across[CHUNK + 20] = 0;
    across[CHUNK + 30] = '\r';
    across[CHUNK + 31] = '\n';
    assertThat(hex(across)).isEqualTo("6537a52028b96722b0ebd16438a6d94a");

    var file = Files.write(folder.resolve("f"), across);
    assertThat(Naming.DOS_TO_UNIX.hex(file)).isEqualTo("6537a52028b96722b0ebd16438a6d94a");
    var hasher = Naming.DOS_TO_UNIX.hasher();
    for (int i = 0; i < across.length; i += 7919) {
      hasher.update(across, i, Math.min(7919, across.length - i));
    }
    assertThat(HexFormat.of().formatHex(hasher.digest()))
        .isEqualTo("6537a52028b96722b0ebd16438a6d94a");
    hasher.update((byte) 'x');
    assertThat(HexFormat.of().formatHex(hasher.digest()))
        .as("begins anew")
        .isEqualTo(Md5.hex(new byte[] {'x'}));
  }
}
