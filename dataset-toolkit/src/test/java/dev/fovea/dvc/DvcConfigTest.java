package dev.fovea.dvc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings as configobj writes them. */
class DvcConfigTest {
  @Test
  void readsWhatDvcWrites() throws Exception {
    var config =
        DvcConfig.parse(
            """
            # ours
            [core]
                remote = minio   # the bucket
            [cache]
                type = "hardlink,symlink"
            ['remote "minio"']
                url = s3://fovea-data/repo1
                ENDPOINTURL = http://127.0.0.1:9000
                secret_access_key = 'se"cr,et#1'
            """);

    assertThat(config.defaultRemote()).hasValue("minio");
    assertThat(config.get("cache", "type")).hasValue("hardlink,symlink");
    assertThat(config.remote("minio"))
        .containsEntry("url", "s3://fovea-data/repo1")
        .containsEntry("endpointurl", "http://127.0.0.1:9000")
        .containsEntry("secret_access_key", "se\"cr,et#1");
    assertThat(config.remote("other")).isEmpty();
  }

  @Test
  void letsLaterFilesWinKeyByKey(@TempDir Path folder) throws Exception {
    var shared =
        Files.writeString(folder.resolve("config"), "['remote \"r\"']\n  url = a\n  user = u\n");
    var local = Files.writeString(folder.resolve("config.local"), "['remote \"r\"']\n url = b\n");

    var config = DvcConfig.read(List.of(shared, folder.resolve("none"), local));

    assertThat(config.remote("r")).containsEntry("url", "b").containsEntry("user", "u");
  }

  @Test
  void saysWhichLineIsNotUnderstood() {
    assertThatThrownBy(() -> DvcConfig.parse("[core]\nremote\n"))
        .isInstanceOfSatisfying(DvcMistake.class, e -> assertThat(e.line()).isEqualTo(2))
        .hasMessageContaining("key = value");
    assertThatThrownBy(() -> DvcConfig.parse("[core\n")).hasMessageContaining("[section]");
    assertThatThrownBy(() -> DvcConfig.parse("a = 'b\n")).hasMessageContaining("not closed");
  }
}
