package dev.fovea.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class NarratorTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private Instant now = Instant.parse("2026-11-22T10:00:00Z");

  private Narrator narrator(boolean watched) {
    return new Narrator(new PrintStream(written, true, StandardCharsets.UTF_8), watched, () -> now);
  }

  private String shown() {
    return written.toString(StandardCharsets.UTF_8);
  }

  @Test
  void drawsABarInPlaceForWhoeverWatches() {
    var bar = narrator(true).progress("labelling", 120);
    now = now.plusSeconds(3);
    bar.accept(60);
    assertThat(shown())
        .isEqualTo("\r  …  3 s  " + "█".repeat(12) + "░".repeat(12) + " labelling 60 of 120 ");
  }

  @Test
  void drawsItAtMostTenTimesASecond() {
    var bar = narrator(true).progress("labelling", 120);
    bar.accept(1);
    now = now.plusMillis(99);
    bar.accept(2);
    assertThat(shown()).contains("1 of 120").doesNotContain("2 of 120");
    now = now.plusMillis(2);
    bar.accept(3);
    assertThat(shown()).contains("3 of 120");
  }

  @Test
  void staysInTheBarWhenMoreIsDoneThanWasToDo() {
    narrator(true).progress("pictures", 2).accept(3);
    assertThat(shown()).contains("█".repeat(24) + " pictures 3 of 2").doesNotContain("░");
  }

  @Test
  void wipesTheBarBeforeTheNextLine() {
    var narrator = narrator(true);
    narrator.progress("labelling", 2).accept(1);
    narrator.done("labels", "2 frames");
    assertThat(shown()).contains("\r\u001b[2K  ✓   0 s  labels");
  }

  @Test
  void writesNothingButLinesWhereNobodyWatches() {
    var narrator = narrator(false);
    narrator.progress("labelling", 2).accept(1);
    narrator.done("labels", "2 frames");
    assertThat(shown()).startsWith("  ✓   0 s  labels").doesNotContain("\r");
  }
}
