package dev.fovea.dvc.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.pipeline.DeclaredStage.Parameter;
import dev.fovea.dvc.pipeline.DeclaredStage.Said;
import dev.fovea.dvc.pipeline.DvcPipeline.Written;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DeclaredStageTest {
  private static DvcPipeline whole(String text, Map<String, String> files) throws DvcMistake {
    return DvcPipeline.whole(text, path -> Optional.ofNullable(files.get(path)));
  }

  @Test
  void saysWhatAStageIsToDo() throws Exception {
    var stage =
        whole(
                """
                stages:
                  train:
                    cmd: ['python "a b.py" --lr ${lr}', 'echo \\n done']
                    deps: [data/raw, '${code}/train.py', 's3://bucket/x']
                    params: [train.lr, {other.json: [a, b.0]}, {all.yaml: }]
                    outs: [model.pt, {'${gone}/x': {cache: false}}]
                    metrics: [{m.json: {cache: false}}]
                    plots: [p.csv]
                    frozen: true
                """,
                Map.of("params.yaml", "lr: 3\ncode: src\n"))
            .declared("train")
            .orElseThrow();
    assertThat(stage.command())
        .isEqualTo(new Said("python \"a b.py\" --lr 3 && echo \\n done", true));
    assertThat(stage.deps())
        .containsExactly(
            new Said("data/raw", true),
            new Said("src/train.py", true),
            new Said("s3://bucket/x", true));
    assertThat(stage.parameters())
        .containsExactly(
            of("params.yaml", "train.lr"),
            of("other.json", "a"),
            of("other.json", "b.0"),
            new Parameter(new Said("all.yaml", true), Optional.empty()));
    assertThat(stage.outs())
        .containsExactly(
            new Said("model.pt", true),
            new Said("${gone}/x", false),
            new Said("m.json", true),
            new Said("p.csv", true));
    assertThat(stage.frozen()).isTrue();
    assertThat(stage.always()).isFalse();
    assertThat(stage.fault()).isEmpty();
  }

  private static Parameter of(String file, String key) {
    return new Parameter(new Said(file, true), Optional.of(new Said(key, true)));
  }

  @Test
  void namesTheStagesOfAForeachAndAMatrix() throws Exception {
    var pipeline =
        whole(
            """
            vars: [{names: [p, q], both: {u: {d: 1}, v: {d: 2}}}]
            stages:
              one: {cmd: x}
              list: {foreach: '${names}', do: {cmd: 'x ${item}', outs: ['${item}.txt']}}
              map: {foreach: '${both}', do: {cmd: '${key} ${item.d}'}}
              rich: {foreach: [{d: a}, {d: b}], do: {cmd: '${item.d}'}}
              grid: {matrix: {x: [1, 2], y: '${names}', z: [{d: n}]}, cmd: '${item.x} ${item.z.d}'}
              lost: {foreach: '${gone}', do: {cmd: x}}
              odd: {foreach: [0.10], do: {cmd: x}}
            """,
            Map.of());
    assertThat(pipeline.written(100))
        .containsExactly(
            new Written("one", Optional.of(List.of("one"))),
            new Written("list", Optional.of(List.of("list@p", "list@q"))),
            new Written("map", Optional.of(List.of("map@u", "map@v"))),
            new Written("rich", Optional.of(List.of("rich@0", "rich@1"))),
            new Written(
                "grid",
                Optional.of(List.of("grid@1-p-z0", "grid@1-q-z0", "grid@2-p-z0", "grid@2-q-z0"))),
            new Written("lost", Optional.empty()),
            new Written("odd", Optional.empty()));
    assertThat(pipeline.declared("list@q").orElseThrow().outs())
        .containsExactly(new Said("q.txt", true));
    assertThat(pipeline.declared("map@v").orElseThrow().command()).isEqualTo(new Said("v 2", true));
    assertThat(pipeline.declared("rich@1").orElseThrow().command()).isEqualTo(new Said("b", true));
    assertThat(pipeline.declared("grid@2-q-z0").orElseThrow().command())
        .isEqualTo(new Said("2 n", true));
    assertThat(pipeline.declared("list@r").orElseThrow().command())
        .as("none of them")
        .isEqualTo(new Said("x ${item}", false));
    assertThat(pipeline.declared("gone")).isEmpty();
    assertThat(pipeline.written(4))
        .extracting(Written::name, Written::names)
        .as("no more than asked for")
        .hasSize(3)
        .contains(tuple("map", Optional.empty()));
  }

  @Test
  void saysWhyAStageIsNotKnownInFull() throws Exception {
    var pipeline =
        whole(
            "stages: {a: {cmd: {x: y}}, b: {cmd: x, deps: [[y]]}, c: {<<: {cmd: x}}, d: x}",
            Map.of());
    assertThat(List.of("a", "b", "c", "d"))
        .extracting(name -> pipeline.declared(name).orElseThrow().fault().orElse(""))
        .containsExactly(
            "cmd is no list",
            "deps is no plain value",
            "it merges another mapping by '<<'",
            "the stage is no mapping");
    assertThat(pipeline.declared("b").orElseThrow().command()).isEqualTo(new Said("x", true));
  }

  @Test
  void hasOneFormForAValueHoweverItIsWritten() throws Exception {
    var yaml =
        DvcParameters.parse(
            """
            lr: 1e-3
            whole: 1.0
            yes: True
            none: ~
            text: '12'
            word: "a b"
            layers: [16, 0x10, {a: .5}]
            deep: {b: [x, y]}
            """);
    var json =
        DvcParameters.parse("{\"lr\": 0.0010, \"whole\": 1, \"yes\": true, \"word\": \"a b\"}");
    for (var key : List.of("lr", "whole", "yes", "word")) {
      assertThat(yaml.value(key)).as(key).isPresent().isEqualTo(json.value(key));
    }
    assertThat(List.of("lr", "yes", "none", "text", "word", "layers", "deep.b.1"))
        .extracting(key -> yaml.value(key).orElseThrow().form().orElse(""))
        .containsExactly("0.001", "true", "null", "'12'", "a b", "[16, 0x10, {a: 0.5}]", "y");
    assertThat(yaml.value("gone")).isEmpty();
    assertThat(yaml.value("lr.x")).isEmpty();
    assertThat(yaml.keys()).hasSize(8);
    assertThat(DvcParameters.parse("").keys()).isEmpty();
    assertThatThrownBy(() -> DvcParameters.parse("- x")).isInstanceOf(DvcMistake.class);
    assertThat(
            DvcLock.parse("schema: '2.0'\nstages: {s: {params: {params.yaml: {lr: 0.001}}}}")
                .stages()
                .getFirst()
                .parameters()
                .getFirst()
                .form())
        .isEqualTo(yaml.value("lr").orElseThrow().form());
  }

  @Test
  @Timeout(20)
  void hasNoFormForWhatHasNoEnd() throws Exception {
    var bomb = new StringBuilder("a0: &a0 []\n");
    for (int i = 1; i < 400; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    bomb.append("n: 1e999\nd: %s\n".formatted("9".repeat(50_000)));
    var parameters = DvcParameters.parse(bomb.toString());
    assertThat(parameters.value("a399").orElseThrow().form()).isEmpty();
    assertThat(parameters.value("d").orElseThrow().form()).isEmpty();
    assertThat(parameters.value("n").orElseThrow().form()).contains("1E+999");
    assertThat(parameters.value("a".repeat(2_000))).isEmpty();
  }
}
