package dev.fovea.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HmacSha256Test {
  /** RFC 4231, 4.2 and 4.3. */
  @ParameterizedTest
  @CsvSource({
    "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, Hi There, b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    "4a656665, what do ya want for nothing?, 5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  })
  void isTheCodeOfTheRfc(String key, String message, String code) {
    assertThat(new HmacSha256(HexFormat.of().parseHex(key)).hex(message)).isEqualTo(code);
  }

  @Test
  void fitsItsOwnMessageAlone() {
    var hmac = HmacSha256.keyed("a secret");
    var code = hmac.of("message");
    assertThat(code).hasSize(HmacSha256.BYTES);
    assertThat(hmac.fits(code, "message".getBytes(UTF_8))).isTrue();
    assertThat(hmac.fits(code, "messagf".getBytes(UTF_8))).isFalse();
    assertThat(HmacSha256.keyed("a secreu").fits(code, "message".getBytes(UTF_8))).isFalse();
    assertThat(hmac.fits(new byte[0], "message".getBytes(UTF_8))).isFalse();
    code[31] ^= 1;
    assertThat(hmac.fits(code, "message".getBytes(UTF_8))).isFalse();
  }
}
