package dev.fovea.web;

import static dev.fovea.web.Samples.commit;

import dev.fovea.datasets.PipelineStages;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Pipelines of several branches: one of each state, hundreds of stages, hostile names, none. */
final class SampleStages implements PipelineStages {
  /** 320 stages, of one {@code foreach}. */
  static final String MANY = "many";

  static final String BROKEN = "broken";
  static final String NONE = "feature/none";
  static final String HOSTILE = "hostile";

  @Override
  public Stages stages(Name project, String at) {
    return switch (at) {
      case MAIN, "9f3c2ab1" -> found(at, List.of("dvc.yaml"), pipeline(), List.of());
      case MANY -> found(at, List.of("dvc.yaml", "reports/dvc.yaml"), many(), List.of());
      case BROKEN ->
          found(
              at,
              List.of("dvc.yaml", "reports/dvc.yaml"),
              pipeline().subList(0, 1),
              List.of(
                  new Doubt(
                      "reports/dvc.yaml",
                      7,
                      "not YAML: mapping values are not allowed here",
                      "mend it until 'dvc stage list' reads it here as well, commit and push")));
      case NONE -> found(at, List.of(), List.of(), List.of());
      case HOSTILE -> found(at, List.of("dvc.yaml"), hostile(), List.of());
      default -> throw new NoSuchThing("branch or commit", at, "give a branch");
    };
  }

  private static Stages found(
      String at, List<String> files, List<Stage> stages, List<Doubt> doubts) {
    return new Stages(commit("night crop 2"), Optional.of(at), files, stages, doubts);
  }

  private static List<Stage> pipeline() {
    return List.of(
        stage(
            "prepare",
            "python src/prepare.py --raw data/raw --out data/digits",
            List.of(
                dep("data/raw", 148_213_760, Comparison.SAME),
                dep("src/prepare.py", 2_411, Comparison.SAME)),
            List.of(parameter("split", "0.2", "0.2", Comparison.SAME)),
            List.of(out("data/digits", 1_433_600, 3_300, Kept.HERE)),
            State.UNCHANGED),
        stage(
            "train",
            "python src/train.py --epochs 30 --lr 0.02 data/digits models/reader.pt2",
            List.of(
                dep("data/digits", 1_433_600, Comparison.SAME),
                dep("src/train.py", 6_120, Comparison.CHANGED)),
            List.of(
                parameter("train.lr", "0.02", "0.05", Comparison.CHANGED),
                parameter("train.epochs", "30", "30", Comparison.SAME),
                parameter("train.layers", "[16, 32, 64]", "[16, 32, 64]", Comparison.SAME)),
            List.of(
                out("models/reader.pt2", 912_334, 0, Kept.HERE),
                out("metrics/train.json", 188, 0, Kept.ELSEWHERE)),
            State.CHANGED,
            "src/train.py is another than the one that it read",
            "train.lr is 0.02 and was 0.05"),
        stage(
            "quantize@int8",
            "fovea model quantize models/reader.pt2 --precision int8",
            List.of(dep("models/reader.pt2", 912_334, Comparison.SAME)),
            List.of(),
            List.of(out("models/reader.int8.onnx", 241_172, 0, Kept.MISSING)),
            State.NOT_PUSHED,
            "models/reader.int8.onnx is not in this project's DVC remote; 'dvc push' brings it"),
        stage(
            "quantize@int4",
            "fovea model quantize models/reader.pt2 --precision int4",
            List.of(dep("models/reader.pt2", 912_334, Comparison.UNKNOWN)),
            List.of(),
            List.of(
                new Out(
                    "models/reader.int4.onnx", Optional.empty(), Optional.empty(), Kept.ELSEWHERE)),
            State.NEVER_RAN),
        stage(
            "evaluate",
            "python src/evaluate.py models/reader.int8.onnx data/digits reports",
            List.of(
                dep("models/reader.int8.onnx", 241_172, Comparison.SAME),
                dep("data/digits", 1_433_600, Comparison.SAME),
                dep("s3://labels/holdout.csv", 8_812, Comparison.UNKNOWN)),
            List.of(parameter("evaluate.threshold", "0.5", "0.5", Comparison.SAME)),
            List.of(
                out("reports/confusion.csv", 1_204, 0, Kept.HERE),
                out("reports/metrics.json", 204, 0, Kept.ELSEWHERE)),
            State.UNCHANGED,
            "1 of 3 inputs not compared: Git alone does not tell what they are now"),
        stage(
            "notify",
            "curl -fsS https://example.org/hook",
            List.of(),
            List.of(),
            List.of(),
            State.ALWAYS_RUNS,
            "it reads and makes nothing"));
  }

  private static List<Stage> many() {
    return IntStream.range(0, 320)
        .mapToObj(i ->
            stage(
                "tile@" + i,
                "python tile.py " + i,
                List.of(dep("scans/%03d.tif".formatted(i), 9_000_000, Comparison.SAME)),
                List.of(),
                List.of(out("tiles/%03d".formatted(i), 8_000_000, 64, Kept.HERE)),
                i == 150 ? State.CHANGED : State.UNCHANGED))
        .toList();
  }

  private static List<Stage> hostile() {
    var name = Samples.HOSTILE + "x".repeat(170);
    return List.of(
        stage(
            name,
            "echo " + Samples.HOSTILE + " && echo ".repeat(100),
            IntStream.range(0, 20)
                .mapToObj(i -> dep("in/%d/%s".formatted(i, Samples.HOSTILE), i, Comparison.CHANGED))
                .toList(),
            List.of(
                parameter(Samples.HOSTILE, Samples.HOSTILE, Samples.HOSTILE, Comparison.CHANGED)),
            List.of(
                out("in/0/" + Samples.HOSTILE, 1, 0, Kept.MISSING),
                out("y".repeat(1_000), 1, 0, Kept.MISSING)),
            State.UNKNOWN,
            Samples.HOSTILE));
  }

  private static Stage stage(
      String name,
      String command,
      List<Dep> deps,
      List<Parameter> parameters,
      List<Out> outs,
      State state,
      String... reasons) {
    return new Stage("dvc.yaml", name, command, deps, parameters, outs, state, List.of(reasons));
  }

  private static Dep dep(String path, long bytes, Comparison now) {
    return new Dep(path, Optional.of(ByteSize.of(bytes)), now);
  }

  private static Parameter parameter(String key, String value, String ran, Comparison now) {
    return new Parameter("params.yaml", key, Optional.of(value), Optional.of(ran), now);
  }

  private static Out out(String path, long bytes, long files, Kept kept) {
    return new Out(
        path,
        Optional.of(ByteSize.of(bytes)),
        files > 0 ? Optional.of(files) : Optional.empty(),
        kept);
  }
}
