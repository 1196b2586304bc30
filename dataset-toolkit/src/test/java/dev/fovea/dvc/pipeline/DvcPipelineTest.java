package dev.fovea.dvc.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.SaidNames;
import dev.fovea.dvc.Sharing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
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
    assertThat(pipeline.stage("turned@a").orElseThrow().wdir()).contains("a");
    assertThat(pipeline.stage("turned@b").orElseThrow().wdir()).isEmpty();
    assertThat(pipeline.output("flagged", "o").orElseThrow().sharing()).isEmpty();
    assertThat(pipeline.output("flagged", "x.txt").orElseThrow().sharing()).isEmpty();
    assertThat(sharing(pipeline, "flagged", "exact.txt")).isEqualTo(Sharing.USUAL);
    assertThat(pipeline.stage("broken").orElseThrow().fault()).contains("outs is no list");
    assertThat(pipeline.stage("merged").orElseThrow().wdir()).isEmpty();
    assertThat(pipeline.plain())
        .extracting(DvcPipeline.Plain::path)
        .containsExactly("o", "exact.txt");
  }

  private static Optional<String> wdir(String text, String stage, Map<String, String> files)
      throws DvcMistake {
    var pipeline = DvcPipeline.parse(text, path -> Optional.ofNullable(files.get(path)));
    return pipeline.stage(stage).orElseThrow().wdir();
  }

  @Test
  void resolvesTheFolderThatAStageRunsIn() throws Exception {
    var text =
        """
        vars:
        - more.json
        - models.yaml:small,large
        - where: {deep: [x, 'y z']}
          on: yes
        stages:
          a: {cmd: x, wdir: 'runs/${name}-${ where.deep[1] }', outs: [o]}
          b: {cmd: x, wdir: '${small.dir}/${on}/${epochs}'}
          c: {cmd: x, wdir: '${other.dir}'}
          d: {cmd: x, wdir: '${lr}'}
          e: {cmd: x, wdir: '${twice}'}
          f: {cmd: x, wdir: '\\${name}'}
          g: {cmd: x, wdir: '${name'}
          h: {cmd: x, wdir: '${where.deep}'}
          i: {cmd: x, wdir: '${nested}'}
        """;
    var files =
        Map.of(
            "params.yaml",
            "name: digits\ntwice: 1\nlr: 0.1\nepochs: 3\nnested: '${name}'\n",
            "more.json",
            "{\"twice\": 1}",
            "models.yaml",
            "small: {dir: s}\nother: {dir: o}\n");
    assertThat(wdir(text, "a", files)).contains("runs/digits-y z");
    assertThat(wdir(text, "b", files)).as("yes is a text to YAML 1.2").contains("s/yes/3");
    assertThat(wdir(text, "c", files)).as("a key that was not asked for").isEmpty();
    assertThat(wdir(text, "d", files)).as("Python may write it otherwise").isEmpty();
    assertThat(wdir(text, "e", files)).as("DVC refuses what is said twice").isEmpty();
    for (var stage : List.of("f", "g", "h", "i")) {
      assertThat(wdir(text, stage, files)).as(stage).isEmpty();
    }
    assertThat(wdir(text, "a", Map.of())).as("without the files").isEmpty();
    var plain = DvcPipeline.parse(text, path -> Optional.ofNullable(files.get(path))).plain();
    assertThat(plain).containsExactly(new DvcPipeline.Plain("a", "runs/digits-y z", "o"));
  }

  @Test
  void resolvesTheFoldersOfStagesThatAreWrittenAsOne() throws Exception {
    var text =
        """
        vars: [{names: [p, q], both: {u: {d: 1}, v: {d: 2}}}]
        stages:
          list: {foreach: '${names}', do: {cmd: x, wdir: 'r/${item}', outs: [o]}}
          map: {foreach: '${both}', do: {cmd: x, wdir: '${key}/${item.d}'}}
          rich: {foreach: [{d: a}, {d: b}], do: {cmd: x, wdir: '${item.d}'}}
          grid:
            matrix: {x: [1, 2], y: '${names}', z: [w, {d: n}]}
            cmd: x
            wdir: ${item.x}${item.y}${item.z.d}_${key}
          other: {matrix: {x: [1]}, cmd: x, wdir: '${item.y}'}
        """;
    var none = Map.<String, String>of();
    assertThat(wdir(text, "list@q", none)).contains("r/q");
    assertThat(wdir(text, "list@r", none)).isEmpty();
    assertThat(wdir(text, "map@v", none)).contains("v/2");
    assertThat(wdir(text, "rich@1", none)).contains("b");
    assertThat(wdir(text, "grid@2-p-z1", none)).contains("2pn_2-p-z1");
    assertThat(wdir(text, "grid@3-p-z1", none)).isEmpty();
    assertThat(wdir(text, "other@1", none)).isEmpty();
    assertThat(DvcPipeline.parse(text).plain()).as("of which one, the lock says").isEmpty();
  }

  @Test
  @Timeout(20)
  void resolvesHostileTextQuickly() throws Exception {
    var bomb = new StringBuilder("a0: &a0 [x]\n");
    for (int i = 1; i < 400; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    var wide = new StringBuilder("vars:\n- params.yaml\n");
    for (int i = 0; i < 1000; i++) {
      wide.append("- f%d.yaml\n".formatted(i));
    }
    wide.append(
        "stages:\n  s: {cmd: x, wdir: '" + "${a399[0][0][0]}".repeat(200) + "'}\n  m: {matrix: {");
    for (int i = 0; i < 40; i++) {
      wide.append("k%d: [a, a, a, a, a, a, a, a, a, a], ".formatted(i));
    }
    wide.append("}, cmd: x, wdir: '${item.k1}'}\n");
    var pipeline = DvcPipeline.parse(wide.toString(), _ -> Optional.of(bomb.toString()));
    assertThat(pipeline.stage("s").orElseThrow().wdir()).isEmpty();
    assertThat(pipeline.stage("m@" + "a-".repeat(39) + "a").orElseThrow().wdir()).contains("a");
    var deep = "x: " + "[".repeat(60_000);
    assertThat(wdir("stages: {s: {cmd: x, wdir: '${x}'}}", "s", Map.of("params.yaml", deep)))
        .isEmpty();
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
