package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.cli.terminal.ExitCode;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exit codes and the error form. */
class FoveaCommandTests {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return CommandRun.of(out, err, arguments);
  }

  @Test
  void aWrongOptionIsAUsageErrorWithTheWayToHelp() {
    assertThat(run("promote", "--no-such")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("error[usage]").contains("next: fovea promote --help");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void anArgumentThatNamesAFileIsNotReplacedByIt(@TempDir Path folder) throws Exception {
    var file = java.nio.file.Files.writeString(folder.resolve("arguments"), "--help");
    assertThat(run("status", "@" + file)).isEqualTo(ExitCode.USAGE);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void promoteWantsToKnowWhichVersion() {
    assertThat(run("promote", "reader")).isEqualTo(ExitCode.USAGE);
    assertThat(run("promote", "reader", "1", "--run", "r")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("which version of reader?");
  }

  @Test
  void aReleaseIsBroughtBackWithAReasonOnly() {
    assertThat(run("rollout", "again", "sha256:" + "a".repeat(64))).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--comment");
  }

  @Test
  void aMistypedCommandIsCorrected() {
    assertThat(run("rollot")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("rollout");
  }

  @Test
  void aServerThatDoesNotAnswerHasItsOwnExitCode() {
    assertThat(run("status", "--server", "http://127.0.0.1:1")).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(err.toString())
        .contains("no server answers at http://127.0.0.1:1")
        .contains("next: ");
  }

  @Test
  void helpShowsEveryExitCode() {
    assertThat(run("--help")).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("3 refused by a gate").contains("5 still waiting");
  }

  @Test
  void helpDoesNotShowWhatIsNotForPeople() {
    assertThat(run("--help")).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("  token").doesNotContain("  job");
    assertThat(run("job", "evaluate")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aCommandThatIsKnownAloneHasTheHelpThatItHasAmongAllOthers() {
    var all = FoveaCommand.commandLine().getSubcommands().get("dataset").getSubcommands();
    assertThat(all).containsKeys("add", "diff", "history");
    all.forEach((name, command) -> {
      var alone = FoveaCommand.commandLine("dataset", name).getSubcommands().get("dataset");
      assertThat(alone.getSubcommands()).containsOnlyKeys(name);
      assertThat(alone.getSubcommands().get(name).getUsageMessage())
          .isEqualTo(command.getUsageMessage());
    });
  }

  @Test
  void aMistypedCommandOfAGroupIsCorrected() {
    assertThat(run("dataset", "stauts")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("status");
  }

  @Test
  void theDoctorGivesEveryFindingItsFix(@TempDir Path home) {
    assertThat(run("doctor", "--home", home.toString(), "--port", "0")).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("java").contains("embedded postgresql").doesNotContain("✗");
  }

  @Test
  void theDoctorFailsWhereFoveaWouldNotWork(@TempDir Path folder) throws Exception {
    var file = java.nio.file.Files.writeString(folder.resolve("a-file"), "");
    var code = run("doctor", "--home", file.resolve("below").toString(), "--port", "0");
    assertThat(out.toString()).contains("choose another home");
    assertThat(code).isEqualTo(ExitCode.FAILED);
  }
}
