package dev.fovea.dvc.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.DvcConfig;
import dev.fovea.kernel.InvalidRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What DVC's settings say of a remote. */
class RemotesTest {
  @TempDir Path folder;

  private Remote open(String setting) throws Exception {
    var config =
        Files.writeString(
            folder.resolve("config"),
            """
            ['remote "minio"']
                url = s3://bucket/path
                endpointurl = http://127.0.0.1:1
                access_key_id = AKIA
                secret_access_key = 'se"cr,et#1'
            """
                + "    "
                + setting);
    return new Remotes(DvcConfig.read(List.of(config)), folder, Map.of("HOME", folder.toString()))
        .open(Optional.of("minio"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "use_ssl",
        "ssl_verify",
        "allow_anonymous_login",
        "sse",
        "sse_kms_key_id",
        "sse_customer_key",
        "acl",
        "grant_read"
      })
  void refusesASecuritySettingThatItDoesNotKeep(String key) {
    assertThatThrownBy(() -> open(key + " = 7f3a91"))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("has the setting " + key)
        .message()
        .doesNotContain("7f3a91", "AKIA", "se\"cr");
  }

  @Test
  void takesSettingsOfSpeedAndTellsNoSecretInTheAddress() throws Exception {
    try (var remote = open("jobs = 4\nuse_ssl = true\nssl_verify = True")) {
      assertThat(remote.address())
          .isEqualTo("s3://bucket/path at http://127.0.0.1:1")
          .doesNotContain("AKIA", "se\"cr");
    }
  }
}
