package dev.fovea.cli.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.cli.CommandRun;
import dev.fovea.cli.terminal.ExitCode;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** What the command says before anything runs. */
class QueryCommandTests {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return CommandRun.of(out, err, arguments);
  }

  @Test
  void refusesWhatIsNoSelect() {
    assertThat(run("dataset", "query", "drop table images")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString())
        .contains("error[query-problem] the query begins with 'drop'")
        .contains("next: write one statement such as: select path from images");
  }

  @Test
  void refusesLimitsThatAreNone() {
    assertThat(run("dataset", "query", "select 1", "--timeout", "0")).isEqualTo(ExitCode.FAILED);
    assertThat(run("dataset", "query", "select 1", "--limit", "0")).isEqualTo(ExitCode.FAILED);
    assertThat(run("dataset", "query", "select 1", "--memory", "much")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("row limit: 0 (expected: 1 to 10000000)");
  }

  @Test
  void showsTheTablesInItsHelp() {
    assertThat(run("dataset", "query", "--help")).isZero();
    assertThat(out.toString()).contains("images(path, split").contains("objects(path");
  }
}
