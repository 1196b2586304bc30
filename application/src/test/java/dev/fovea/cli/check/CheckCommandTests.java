package dev.fovea.cli.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.cli.CommandRun;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.demo.digits.DigitsData;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The digits of the example, whose models are real ones that PyTorch exported. */
class CheckCommandTests {
  @TempDir private static Path shared;
  @TempDir private Path home;
  private Path model;
  private Path teamFile;
  private String policy;

  @BeforeAll
  static void writeDataset() {
    DigitsData.bundled().writeDataset(shared.resolve("digits"));
  }

  @BeforeEach
  void write() throws IOException {
    policy =
        new String(example("fovea.yaml"), StandardCharsets.UTF_8)
            // Whatever else the machine does.
            .replace("at-most: 200ms", "at-most: 5s");
    teamFile = Files.writeString(home.resolve("fovea.yaml"), policy);
    model = Files.write(home.resolve("reader.pt2"), example("models/reader-v2.pt2"));
  }

  @Test
  void passesAModelFromPyTorchAndSaysHow() throws IOException {
    var recording =
        Files.write(home.resolve("reader.safetensors"), example("models/reader-v2.safetensors"));
    var said = check(ExitCode.OK, "--parity", recording.toString());
    assertThat(said.out())
        .startsWith("digit-reader · would be released")
        .containsPattern("PASS +accuracy of int8 +at least 90.00 % +0\\.9\\d+")
        .contains("PASS  latency-p99 of int8 on local-cpu")
        .contains("fovea.yaml:23")
        .contains("pt2 to ONNX")
        .contains("recorded examples, largest difference")
        .contains("calibrated on 256 training images")
        .contains("800 test images: fp32 ");
    assertThat(said.err()).doesNotContain("error");

    Files.writeString(teamFile, policy.replace("at-least: 0.90}", "at-least: 0.999}"));
    var json = JsonMapper.shared().readTree(check(ExitCode.REFUSED, "--json").out());
    assertThat(json.at("/verdict/passed").booleanValue()).isFalse();
    assertThat(json.at("/verdict/rulings/0/outcome").stringValue()).isEqualTo("FAIL");
    assertThat(json.at("/verdict/rulings/0/frames")).hasSize(12);
    assertThat(json.at("/int8").stringValue()).startsWith("sha256:");
  }

  @Test
  void judgesAccuracyUnderFaults() throws IOException {
    var gates =
        "    - {measure: accuracy-under, sweep: brightness, range: [-30%, +30%], at-least: 0.9}\n"
            + "    - {measure: accuracy-under, sweep: noise, range: [0%, 60%], at-least: 0.9}\n";
    var costs = "  costs: {unit: checkout, items: 20}\n";
    Files.writeString(teamFile, policy.replace("  canary:", gates + costs + "  canary:"));
    var said = check(ExitCode.REFUSED).out();
    assertThat(said)
        .containsPattern(
            "PASS +least accuracy of int8 under brightness of -30 % to 30 % +at least 90.00 %"
                + " +0\\.9")
        .containsPattern(
            "FAIL +least accuracy of int8 under noise of 0 % to 60 % .*test split, 800 images, 9"
                + " strengths")
        .containsPattern(
            "the least is at 60 %, and it falls below the limit from [0-9.]+ %\nNOISE +MEASURED")
        .containsPattern("\n60 % +0\\.[0-9]+ \\(0\\.[0-9]+ to 0\\.[0-9]+\\) +below the limit\n");
    assertThat(said)
        .containsPattern(
            "\nin checkouts:\n  int8: .* checkouts fails? \\(95 % interval .*\\)\n  fp32: ")
        .contains("\n  int8: every checkout fails under noise of 60 %\n")
        .contains("whose errors are independent of each other");
    var json = JsonMapper.shared().readTree(check(ExitCode.REFUSED, "--json").out());
    var reading = json.at("/verdict/costs/lines/0");
    assertThat(1 - reading.at("/wrong/value").doubleValue())
        .isCloseTo(json.at("/verdict/rulings/0/measured").doubleValue(), within(1e-12));
    assertThat(reading.at("/failing/value").doubleValue())
        .isCloseTo(1 - Math.pow(1 - reading.at("/wrong/value").doubleValue(), 20), within(1e-9));
    var curve = json.at("/verdict/rulings/6/curve");
    assertThat(curve.at("/fault").stringValue()).isEqualTo("noise");
    assertThat(curve.at("/points")).hasSize(9);
    assertThat(curve.at("/points/0/measured").doubleValue())
        .as("without a fault, the accuracy that another rule is about")
        .isEqualTo(json.at("/verdict/rulings/0/measured").doubleValue());
    assertThat(curve.at("/failsAbove").doubleValue()).isBetween(0.05, 0.6);
    assertThat(curve.at("/failsBelow").isNull()).isTrue();
    assertThat(json.at("/verdict/rulings/0").has("curve")).isFalse();
  }

  @Test
  void searchesAndSaysBeforeWhatThatTakesAndAfterwardsWhatItChoseFrom() throws IOException {
    var searched =
        policy.replaceFirst(
            "quantize: \\{.*\\}\n",
            "quantize: {search: {budget: 2pp, images: 400, prune: {structured: [20%], magnitude:"
                + " [50%]}}}\n");
    assertThat(searched).contains("search");
    // Which of several models that take as long is chosen differs from run to run; the gate lets
    // pass what the budget lets choose.
    var gated =
        searched.replace("drop: [fp32, int8], at-most: 1pp", "drop: [fp32, int8], at-most: 5pp");
    assertThat(gated).isNotEqualTo(searched);
    Files.writeString(teamFile, gated);
    var said = check(ExitCode.OK);
    assertThat(said.err())
        .containsPattern(
            "note: search over 400 training images: at most \\d+ candidates: \\d+ models made, \\d+"
                + " timed, [0-9,]+ inferences");
    assertThat(said.out())
        .contains("search over 400 training images, budget 2.00 pp: at most")
        .containsPattern("FRONT +DROP OF ACCURACY +P50 +SIZE +WHAT\n")
        .containsPattern("chosen +[a-z0-9-]+ +-?[0-9.]+ pp \\(-?[0-9.]+ to [0-9.]+\\)")
        .containsPattern("\nLEFT +IMAGES +WHY\n")
        .contains("pruned-20", "pruned-20-int8", "sparse-50", "sparse-50-int8")
        .containsPattern("iB \\([0-9.]+ [KM]?i?B compressed\\)");
    var json = JsonMapper.shared().readTree(check(ExitCode.OK, "--json").out());
    assertThat(json.at("/verdict/front/measure").stringValue()).isEqualTo("accuracy");
    assertThat(json.at("/verdict/front/points").size()).isGreaterThan(0);
    assertThat(said.out()).contains("chosen  " + json.at("/verdict/front/chosen").stringValue());
  }

  @Test
  void takesFolderAndPolicyFromTheWorkingCopy() throws IOException {
    Files.createDirectories(home.resolve("data"));
    Files.createSymbolicLink(home.resolve("data/digits"), shared.resolve("digits"));
    Files.writeString(
        home.resolve("data/digits.dvc"),
        "outs:\n- md5: 0123456789abcdef0123456789abcdef.dir\n  hash: md5\n  path: digits\n");
    var said =
        run(
            ExitCode.OK,
            "check",
            model.toString(),
            "--team-file",
            teamFile.toString(),
            "--cache",
            home.resolve("cache").toString());
    assertThat(said.out()).contains("would be released");
    assertThat(said.err())
        .contains("note: the folder is ")
        .contains("data/digits.dvc says 0123456789abcdef0123456789abcdef.dir");
  }

  @Test
  void refusesWhereAGateIsOnAnotherDevice() throws IOException {
    Files.writeString(teamFile, policy.replace("local-cpu", "orin-nx"));
    var said = check(ExitCode.REFUSED);
    assertThat(said.out()).contains("ERROR  latency-p99 of int8 on orin-nx");
    assertThat(said.err())
        .contains("note: this machine is local-cpu: what orin-nx does is measured");
  }

  @Test
  void refusesAModelThatDoesNotRepeatItsRecording() throws IOException {
    Files.write(model, example("broken/disagreeing.pt2"));
    var recording =
        Files.write(home.resolve("reader.safetensors"), example("broken/disagreeing.safetensors"));
    assertThat(check(ExitCode.REFUSED, "--parity", recording.toString()).err())
        .contains("does not repeat its recorded answers");
  }

  @Test
  void saysWhatIsWrongAndWhatToDo() throws IOException {
    Files.write(model, example("broken/unknown-operator.pt2"));
    assertThat(check(ExitCode.FAILED).err()).contains("error[").contains("next: ");

    Files.write(model, Arrays.copyOf(example("models/reader-v2.pt2"), 70_000));
    assertThat(check(ExitCode.FAILED).err()).contains("error[");

    model = Files.writeString(home.resolve("text.onnx"), "no model");
    assertThat(check(ExitCode.FAILED).err()).contains("error[").contains("ONNX");

    Files.writeString(teamFile, policy.replace("scale: 1/255", "scale: none") + "gates: 3\n");
    assertThat(check(ExitCode.FAILED).err())
        .contains("fovea.yaml:16: ")
        .contains("fovea.yaml:27: ");

    Files.delete(teamFile);
    assertThat(check(ExitCode.FAILED).err()).contains("error[").contains("--team-file");
  }

  @Test
  void saysWhereNoDatasetIs() throws IOException {
    var said = run(ExitCode.FAILED, "check", model.toString(), "--team-file", teamFile.toString());
    assertThat(said.err())
        .contains("there is no data/digits.dvc beside the team file")
        .contains("name its folder with --data");
    assertThat(run(ExitCode.USAGE, "check").err()).contains("error[usage]").contains("MODEL");
  }

  private record Said(String out, String err) {}

  private Said check(int exitCode, String... more) {
    return run(
        exitCode,
        Stream.concat(
                Stream.of(
                    "check",
                    model.toString(),
                    "--data",
                    shared.resolve("digits").toString(),
                    "--team-file",
                    teamFile.toString(),
                    "--cache",
                    home.resolve("cache").toString()),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private static Said run(int exitCode, String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int code = CommandRun.of(out, err, arguments);
    assertThat(code).as("%s%s", out, err).isEqualTo(exitCode);
    return new Said(out.toString(), err.toString());
  }

  private static byte[] example(String name) throws IOException {
    try (var in = CheckCommandTests.class.getResourceAsStream(DigitsData.RESOURCES + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }
}
