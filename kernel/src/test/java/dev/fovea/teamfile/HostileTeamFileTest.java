package dev.fovea.teamfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that mean harm, and files that chance has bent. */
class HostileTeamFileTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int MUTATIONS = 3_000;
  private static final String[] SPICE = {
    "&a",
    "*a",
    "!!java.lang.Runtime",
    "{",
    "}",
    "[",
    "]",
    ":",
    "- ",
    "\n",
    "  ",
    "'",
    "\"",
    "|\n",
    ">",
    "#",
    "%",
    "@",
    "`",
    "1e999",
    "-0",
    ".inf",
    "\u0000",
    "\uFEFF",
    "\u202E",
    "\uD83D",
    "<<: ",
    "? ",
    "---\n",
    "...\n",
    "\t",
    "~",
    "0x10",
    "9".repeat(400)
  };

  @Test
  void areBoundedInSize() {
    var problem = refused("project: " + "x".repeat(300_000));
    assertThat(problem.mistakes().getFirst().text()).contains("expected: at most 256 KiB");
    assertThat(problem.explanation()).hasSizeLessThan(500);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a: ", "- ", "? "})
  void areBoundedInDepth(String opening) {
    var text =
        "project: p\ndatasets: " + (opening.equals("- ") ? "\n" : "") + opening.repeat(10_000);
    assertThat(refused(text).mistakes().getFirst().text())
        .containsAnyOf("deeper than 20 levels", "not YAML");
  }

  @Test
  void sayOnWhichLineAControlCharacterStands() {
    assertThat(
            refused("project: p\n# \uD83D\uDE00\uD83D\uDE00 ü\ndatasets: \u0007x\n\n\n").mistakes())
        .containsExactly(new TeamFileProblem.Mistake(3, "a control character"));
  }

  @Test
  void haveNoAliasesThatGrow() {
    var laughs = new StringBuilder("a0: &a0 [lol]\n");
    for (int i = 1; i < 30; i++) {
      laughs.append("a%d: &a%d [*a%d, *a%d, *a%d]\n".formatted(i, i, i - 1, i - 1, i - 1));
    }
    var mistake = refused(laughs.toString()).mistakes().getFirst();
    assertThat(mistake.line()).isEqualTo(1);
    assertThat(mistake.text()).contains("an anchor or alias");
  }

  @Test
  void makeNoObjects() {
    var text =
        "project: p\ndatasets: !!javax.script.ScriptEngineManager [!!java.net.URLClassLoader []]";
    assertThat(refused(text).mistakes().getFirst())
        .isEqualTo(new TeamFileProblem.Mistake(2, "a tag such as '!!type' (expected: none)"));
  }

  @Test
  void doNotFillTheLogWithWhatTheySay() {
    var many = new StringBuilder("project: p\n");
    for (int i = 0; i < 9_000; i++) {
      many.append("\"key").append(i).append("\u202e\\a\\n\": x\n");
    }
    var problem = refused(many.toString());
    assertThat(problem.mistakes()).hasSize(100);
    assertThat(problem.explanation().replace("\n", ""))
        .matches("\\P{Cntrl}*")
        .doesNotContain("\u202e");
  }

  /**
   * Whatever happens to a file, it is read or refused with lines that exist, soon, and nothing else
   * is thrown.
   */
  @Test
  void bentByChanceAreReadOrRefused() {
    var random = new Random(20261123);
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          int read = 0;
          for (int i = 0; i < MUTATIONS; i++) {
            var text = bent(random);
            try {
              TeamFile.parse(text);
              read++;
            } catch (TeamFileProblem e) {
              long lines = text.lines().count() + 1;
              assertThat(e.mistakes())
                  .isNotEmpty()
                  .allMatch(m -> m.line() >= 0 && m.line() <= lines, text);
            }
          }
          assertThat(read).as("some bends are harmless, most aren't").isBetween(20, MUTATIONS / 2);
        });
  }

  private static String bent(Random random) {
    var text = new StringBuilder(TeamFileReaderTest.WHOLE);
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(4)) {
        case 0 -> text.insert(at, SPICE[random.nextInt(SPICE.length)]);
        case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(8)));
        case 2 -> text.setCharAt(at, (char) (32 + random.nextInt(96)));
        default ->
            text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(60))));
      }
    }
    return text.toString();
  }

  private static TeamFileProblem refused(String text) {
    var problem =
        assertTimeoutPreemptively(
            LIMIT, () -> catchThrowableOfType(TeamFileProblem.class, () -> TeamFile.parse(text)));
    assertThat(problem).isNotNull();
    return problem;
  }
}
