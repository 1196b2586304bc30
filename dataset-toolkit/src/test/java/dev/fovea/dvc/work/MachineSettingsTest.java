package dev.fovea.dvc.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MachineSettingsTest {
  private static final Path HOME = Path.of("/home/ada");

  @Test
  void areTheSystemsAndThenTheUsers() {
    assertThat(settings(Map.of()))
        .containsExactly("/etc/xdg/dvc/config", "/home/ada/.config/dvc/config");
  }

  @Test
  void followTheUsersFolderOfSettings() {
    assertThat(settings(Map.of("XDG_CONFIG_HOME", "/srv/settings")))
        .containsExactly("/etc/xdg/dvc/config", "/srv/settings/dvc/config");
  }

  @Test
  void lieWhereDvcIsToldToLookForThem() {
    var told =
        Map.of(
            "XDG_CONFIG_HOME",
            "/srv/settings",
            "DVC_GLOBAL_CONFIG_DIR",
            "/srv/mine",
            "DVC_SYSTEM_CONFIG_DIR",
            "/srv/all");

    assertThat(settings(told)).containsExactly("/srv/all/config", "/srv/mine/config");
  }

  @Test
  void takeAnEmptyVariableForNone() {
    assertThat(settings(Map.of("DVC_GLOBAL_CONFIG_DIR", "", "DVC_SYSTEM_CONFIG_DIR", "")))
        .containsExactly("/etc/xdg/dvc/config", "/home/ada/.config/dvc/config");
  }

  private static List<String> settings(Map<String, String> environment) {
    return WorkingCopy.machineSettings(environment, HOME).stream().map(Path::toString).toList();
  }
}
