package dev.fovea.dvc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The files of {@code dvc-pipeline} are those of a {@code dvc repro} by dvc 3.67.1. */
class DvcPipelineTest {
  static String recorded(String name) throws IOException {
    try (InputStream in = DvcPipelineTest.class.getResourceAsStream("/dvc-pipeline/" + name)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void readsWhatStagesMade() throws Exception {
    var stages = DvcLock.parse(recorded("dvc.lock")).stages();
    assertThat(stages)
        .extracting(DvcLock.Stage::name)
        .containsExactly("prepare", "report", "each@a", "each@b", "grid@1", "grid@2");
    assertThat(stages.getFirst().outs())
        .singleElement()
        .satisfies(out -> {
          assertThat(out.path()).isEqualTo("prepared");
          assertThat(out.name()).contains("b9e8f2b958fa8d403954ace782aa1c31.dir");
          assertThat(out.hash()).contains("md5");
          assertThat(out.bytes()).hasValue(12);
          assertThat(out.files()).hasValue(2);
        });
    assertThat(stages.getFirst().deps()).extracting(DvcLock.Entry::path).containsExactly("raw");
  }

  @Test
  void tellsOutputsOfTheLockByWhatStandsAroundTemplates() throws Exception {
    var pipeline = DvcPipeline.parse(recorded("dvc.yaml"));
    assertThat(sharing(pipeline, "prepare", "prepared"))
        .isEqualTo(new Sharing(true, true, true, Optional.empty()));
    assertThat(sharing(pipeline, "report", "local.txt").pushed()).isFalse();
    assertThat(sharing(pipeline, "report", "remote2.txt").remote()).contains("other");
    assertThat(sharing(pipeline, "report", "metrics.json").cached()).isFalse();
    assertThat(sharing(pipeline, "each@a", "out_a.txt")).isEqualTo(Sharing.USUAL);
    assertThat(sharing(pipeline, "grid@2", "grid_2.txt")).isEqualTo(Sharing.USUAL);
    assertThat(pipeline.stage("report").orElseThrow().wdir()).contains("sub");
    assertThat(pipeline.stage("gone")).isEmpty();
    assertThat(pipeline.output("report", "gone.txt")).isEmpty();
    assertThat(pipeline.output("grid@2", "grid.txt")).isEmpty();
  }

  @Test
  void saysWhatItCannotTell() throws Exception {
    var pipeline =
        DvcPipeline.parse(
            """
            stages:
              turned:
                foreach: [a]
                do:
                  cmd: x
                  wdir: ${item}
                  outs: [o]
              flagged:
                cmd: x
                outs:
                - o: {cache: '${keep}'}
                - ${a}.txt: {cache: false}
                - ${b}.txt
                - exact.txt
              broken:
                outs: o
              merged:
                <<: {a: 1}
            """);
    assertThat(pipeline.stage("turned@a").orElseThrow().wdir()).isEmpty();
    assertThat(pipeline.output("flagged", "o").orElseThrow().sharing()).isEmpty();
    assertThat(pipeline.output("flagged", "x.txt").orElseThrow().sharing()).isEmpty();
    assertThat(sharing(pipeline, "flagged", "exact.txt")).isEqualTo(Sharing.USUAL);
    assertThat(pipeline.stage("broken").orElseThrow().fault()).contains("outs is no list");
    assertThat(pipeline.stage("merged").orElseThrow().wdir()).isEmpty();
    assertThat(pipeline.plain())
        .extracting(DvcPipeline.Plain::path)
        .containsExactly("o", "exact.txt");
  }

  private static Sharing sharing(DvcPipeline pipeline, String stage, String path) {
    return pipeline.output(stage, path).orElseThrow().sharing().orElseThrow();
  }

  @Test
  void readsNamesOfDigitsAloneAndWhatDvcTwoWrote() throws Exception {
    var lock =
        DvcLock.parse(
            """
            schema: '2.0'
            stages:
              s:
                cmd: x
                outs:
                - path: o
                  md5: 12345678901234567890123456789012
                  size: 3
                - path: s3://bucket/x
                  etag: abc
            """);
    var outs = lock.stages().getFirst().outs();
    assertThat(outs.getFirst().name()).contains("12345678901234567890123456789012");
    assertThat(outs.getFirst().hash()).isEmpty();
    assertThat(outs.getLast().name()).isEmpty();
  }

  @Test
  void readsFilesThatSayNothing() throws Exception {
    for (var text : List.of("", "\n", "# nothing yet\n", "stages:\n", "stages: {}\n")) {
      assertThat(DvcPipeline.parse(text).plain()).as(text).isEmpty();
      assertThat(SaidNames.in(text).names()).as(text).isEmpty();
      assertThat(DvcLock.parse("# nothing yet\n").stages()).as(text).isEmpty();
    }
    assertThat(DvcLock.parse("schema: '2.0'\n").stages()).isEmpty();
    assertThat(DvcLock.parse("schema: '2.0'\nstages: {a: {cmd: x}}\n").stages()).hasSize(1);
  }

  @Test
  void refusesHostileTextQuickly() {
    var deep = "stages: {a: {params: " + "[".repeat(60_000);
    var bomb = new StringBuilder("a0: &a0 [x]\n");
    for (int i = 1; i < 2000; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    for (var text : List.of(deep, bomb.toString(), "stages: [", "- x", "train:\n  cmd: x\n")) {
      assertThatThrownBy(() -> DvcLock.parse(text)).isInstanceOf(DvcMistake.class);
    }
    for (var text : List.of(deep, bomb.toString(), "stages: [", "x".repeat(2 << 20))) {
      assertThatThrownBy(() -> DvcPipeline.parse(text)).isInstanceOf(DvcMistake.class);
    }
  }

  /** Some of which the parser would read for minutes. */
  @Test
  @Timeout(20)
  void refusesLinesWithoutEnd() {
    int length = DvcLock.MOST_BYTES - 100;
    for (var line : List.of("#" + "x".repeat(length), "k:" + " ".repeat(length) + "1")) {
      assertThatThrownBy(() -> DvcLock.parse("schema: '2.0'\n" + line + "\n"))
          .isInstanceOfSatisfying(
              DvcMistake.class,
              mistake -> {
                assertThat(mistake.line()).isEqualTo(2);
                assertThat(mistake.text())
                    .isEqualTo(
                        "has a line of %d characters (expected: at most 65536)"
                            .formatted(line.length()));
              });
    }
  }

  @Test
  void findsAllNamesWhateverStandsAroundThem() throws Exception {
    var names =
        SaidNames.in(
            """
            stages:
              a: {deps: [{path: x, md5: 11111111111111111111111111111111}]}
              b: &b
                outs: [{path: y, md5: 0123456789abcdef0123456789abcdef.dir}]
              c: *b
            """);
    assertThat(names.imported()).isFalse();
    assertThat(names.names())
        .containsExactlyInAnyOrder(
            "11111111111111111111111111111111", "0123456789abcdef0123456789abcdef.dir");
    assertThat(SaidNames.in("deps:\n- repo: {url: x}\nouts: []\n").imported()).isTrue();
    var bomb = new StringBuilder("a0: &a0 [{md5: 11111111111111111111111111111111}]\n");
    for (int i = 1; i < 80; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThat(SaidNames.in(bomb.toString()).names()).hasSize(1);
  }
}
