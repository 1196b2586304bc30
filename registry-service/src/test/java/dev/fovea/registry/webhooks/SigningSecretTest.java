package dev.fovea.registry.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.InvalidRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SigningSecretTest {
  private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);

  /** The example that the documentation and the libraries of Standard Webhooks share. */
  @Test
  void signsThePublishedExampleOfStandardWebhooks() {
    var headers =
        SigningSecret.headers(
            List.of(SigningSecret.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")),
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            BODY);
    assertThat(headers)
        .containsEntry("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek")
        .containsEntry("webhook-timestamp", "1614265330")
        .containsEntry("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  /** Recorded from mlflow 3.17.2's own function for the same text and two secrets. */
  @Test
  void signsAsMlflowDoes() {
    assertThat(mlflow("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        .isEqualTo("v1,TcxlhK9b6UD6iVI1ZU2tTqp8PEVfYRseNNfa6b+LcUg=");
    assertThat(mlflow("geheim, mit ümlaut"))
        .isEqualTo("v1,ViBQ4zTJsgNH6Uxqx0vtu1ZzRyEU2L8XoTIry9Xl4YU=");
  }

  @Test
  void aSecretWithoutAPrefixIsTheKeyOfBoth() {
    var headers = SigningSecret.headers(List.of(SigningSecret.of("${HOME}#{1+1}")), "id", 7, BODY);
    assertThat(headers.get("webhook-signature")).isEqualTo(headers.get("X-MLflow-Signature"));
  }

  @Test
  void whileTwoAreValidBothSignAndMlflowsHeaderHasTheNewersAlone() {
    var newer = SigningSecret.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    var older = SigningSecret.of("geheim, mit ümlaut");
    var both = SigningSecret.headers(List.of(newer, older), "id", 7, BODY);
    var one = SigningSecret.headers(List.of(newer), "id", 7, BODY);
    var other = SigningSecret.headers(List.of(older), "id", 7, BODY);
    assertThat(both)
        .containsEntry(
            "webhook-signature",
            one.get("webhook-signature") + " " + other.get("webhook-signature"))
        .containsEntry("X-MLflow-Signature", one.get("X-MLflow-Signature"));
  }

  @Test
  void withoutASecretNothingIsSigned() {
    assertThat(SigningSecret.headers(List.of(), "id", 7, BODY))
        .containsOnlyKeys(
            "webhook-id", "webhook-timestamp", "X-MLflow-Delivery-Id", "X-MLflow-Timestamp");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "whsec_",
        "whsec_not base64!",
        "whsec_c2hvcnQ=",
        "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
      })
  void refusesWhatIsNoSecretWithoutRepeatingIt(String written) {
    assertThatThrownBy(() -> SigningSecret.of(written))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageStartingWith("secret: ")
        .hasMessageNotContaining("c2hvcnQ=");
    assertThatThrownBy(() -> SigningSecret.of("x".repeat(501))).isInstanceOf(InvalidRequest.class);
  }

  @Test
  void aNewOneHasThirtyTwoBytesOfItsOwn() {
    var written = SigningSecret.random().written();
    assertThat(Base64.getDecoder().decode(written.substring("whsec_".length()))).hasSize(32);
    assertThat(SigningSecret.random().written()).isNotEqualTo(written);
    assertThat(SigningSecret.of(written).toString()).isEqualTo("SigningSecret[•••]");
  }

  private static String mlflow(String secret) {
    return String.valueOf(
        SigningSecret.headers(
                List.of(SigningSecret.of(secret)),
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                1_614_265_330,
                BODY)
            .get("X-MLflow-Signature"));
  }
}
