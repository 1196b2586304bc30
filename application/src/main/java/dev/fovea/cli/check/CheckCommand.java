package dev.fovea.cli.check;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.cli.terminal.SizeConverter;
import dev.fovea.cli.terminal.StepBar;
import dev.fovea.cli.terminal.VerdictText;
import dev.fovea.datasets.Push.Finding;
import dev.fovea.dvc.DvcFile;
import dev.fovea.dvc.DvcMistake;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.UserCache;
import dev.fovea.pipelines.LocalCheck;
import dev.fovea.pipelines.LocalCheck.Checked;
import dev.fovea.pipelines.Replay;
import dev.fovea.pipelines.Replayed;
import dev.fovea.pipelines.Replayed.Change;
import dev.fovea.teamfile.DatasetSpec;
import dev.fovea.teamfile.Gate;
import dev.fovea.teamfile.ReleaseSpec;
import dev.fovea.teamfile.TeamFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verdict that a release of a model would come to, without a server. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Judges a model by the gates of fovea.yaml, on this machine and without a server.",
      "It runs the steps of the release job: export, parity, INT8 calibrated on the train split,"
          + " both models on the test split, latencies of this machine, gates.",
      "With --replay it measures nothing, and asks the server what the last releases measured:"
          + " which of them would these gates have refused?",
      "Exit code 0: passed. 3: a gate said no, or would have said it of a release that passed. 1:"
          + " there is no verdict.",
      "What it makes is kept in a cache, so that another policy takes seconds; the folder may be"
          + " removed at any time."
    })
public final class CheckCommand implements Callable<Integer> {
  private static final int SHOWN_WARNINGS = 10;
  private static final long MOST_TEXT_BYTES = 1 << 20;

  private static final String LOCAL_DEVICE = "local-cpu";

  @Mixin private Connection server = new Connection();

  @Parameters(paramLabel = "MODEL", arity = "0..1", description = "an .onnx or .pt2 file")
  private @Nullable Path model;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "the dataset's folder (default: where the team file's .dvc file has it)")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--team-file",
      paramLabel = "FILE",
      description = "the policy (default: the nearest fovea.yaml in or above the data's folder)")
  private Optional<Path> teamFile = Optional.empty();

  @Option(
      names = "--parity",
      paramLabel = "FILE",
      description = "the recording (.safetensors) that the exported model must repeat")
  private Optional<Path> parity = Optional.empty();

  @Option(
      names = "--replay",
      paramLabel = "N",
      description =
          "instead of a model, hold the last N releases (1 to 100) against the policy, by what they"
              + " measured")
  private @Nullable Integer replay;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "what gates call this machine (default: " + LOCAL_DEVICE + ")")
  private Optional<String> device = Optional.empty();

  @Option(
      names = "--cache",
      paramLabel = "FOLDER",
      description =
          "where intermediate results are kept (default: fovea/check in the user's cache)")
  private Optional<Path> cache = Optional.empty();

  @Option(
      names = "--cache-limit",
      paramLabel = "SIZE",
      defaultValue = "4GiB",
      converter = SizeConverter.class,
      description = "a cache that is larger is emptied first (default: ${DEFAULT-VALUE})")
  private @Nullable ByteSize cacheLimit;

  @Option(names = "--fresh", description = "empty the cache first, and measure anew")
  private boolean fresh;

  @Override
  public Integer call() throws Exception {
    checkUsage();
    var team =
        teamFile.isPresent()
            ? TeamFileOnDisk.read(teamFile.get())
            : TeamFileOnDisk.above(data.orElse(Path.of("")));
    return replay == null ? check(team) : replay(team, replay);
  }

  private void checkUsage() {
    if (replay == null) {
      if (model == null) {
        throw server.usage("Missing required parameter: 'MODEL' (or --replay N)");
      }
      if (server.isMeant()) {
        throw server.usage("--server and --project go with --replay: a check asks no server");
      }
    } else if (model != null || data.isPresent() || parity.isPresent() || device.isPresent()) {
      throw server.usage(
          "MODEL, --data, --parity and --device do not go with --replay, which measures nothing");
    } else if (replay < 1 || replay > Replay.MOST_RELEASES) {
      throw server.usage(
          "--replay %d (expected: 1 to %d releases)".formatted(replay, Replay.MOST_RELEASES));
    }
  }

  private int replay(TeamFileOnDisk team, int last) throws IOException {
    var policy = TeamFile.parse(team.text());
    var request =
        new Replay.Request(
            team.text(),
            last,
            cache.orElseGet(() -> UserCache.folder().resolve("check")),
            cacheBytes(),
            fresh);
    var archive = new ServerArchive(server.client(), server.named().orElse(policy.project()));
    Replayed replayed;
    try (var bar = server.steps()) {
      replayed = new Replay(request, archive, watching(bar)).run();
    }
    server.warn(ReplayText.doubts(replayed));
    server.printLocal(replayed, ReplayText.of(replayed));
    if (!replayed.judged()) {
      return ExitCode.FAILED;
    }
    return replayed.count(Change.WORSE) > 0 ? ExitCode.REFUSED : ExitCode.OK;
  }

  private int check(TeamFileOnDisk team) throws Exception {
    var policy = TeamFile.parse(team.text());
    var release = LocalCheck.release(policy);
    var spec = Objects.requireNonNull(policy.datasets().get(release.dataset()));
    var tracked = tracked(team, spec);
    var folder = data.or(() -> tracked.map(Tracked::folder)).orElseThrow(() -> noFolder(spec));
    var request =
        new LocalCheck.Request(
            Objects.requireNonNull(model, "checked above"),
            parity,
            folder,
            team.text(),
            Name.of(device()),
            cache.orElseGet(() -> UserCache.folder().resolve("check")),
            cacheBytes(),
            fresh);
    Checked checked;
    try (var bar = server.steps()) {
      checked = new LocalCheck(request, watching(bar)).run();
    }
    server.warn(doubts(checked, release, spec, tracked));
    server.printLocal(checked, text(checked));
    return checked.verdict().passed() ? ExitCode.OK : ExitCode.REFUSED;
  }

  private long cacheBytes() {
    return Objects.requireNonNull(cacheLimit, "picocli sets it").bytes();
  }

  private String device() {
    return device.orElse(LOCAL_DEVICE);
  }

  /** What a search takes is said before it starts, whoever looks. */
  private static LocalCheck.Watching watching(StepBar bar) {
    return new LocalCheck.Watching() {
      @Override
      public void at(String step, double share, String summary) {
        bar.at(step, share, summary);
      }

      @Override
      public void cost(String step, String words) {
        bar.line("note: " + words);
      }
    };
  }

  /**
   * A folder that a {@code .dvc} file stands for.
   *
   * @param name DVC's name of what it should hold
   */
  private record Tracked(Path folder, String name) {}

  private static Optional<Tracked> tracked(TeamFileOnDisk team, DatasetSpec spec)
      throws IOException {
    var place = team.resolve(spec.path());
    if (!Files.isRegularFile(place) || Files.size(place) > MOST_TEXT_BYTES) {
      return Optional.empty();
    }
    try {
      var file = DvcFile.parse(Files.readString(place));
      return Optional.of(new Tracked(place.resolveSibling(file.path()), file.directory()));
    } catch (DvcMistake e) {
      throw new InvalidRequest(
          "%s:%d: %s".formatted(place, e.line(), e.text()),
          "make it anew with 'fovea dataset add'");
    }
  }

  private static InvalidRequest noFolder(DatasetSpec spec) {
    return new InvalidRequest(
        "there is no %s beside the team file, so that nothing says where the dataset is"
            .formatted(spec.path()),
        "name its folder with --data");
  }

  /** What the server may see otherwise. */
  private List<String> doubts(
      Checked checked, ReleaseSpec release, DatasetSpec spec, Optional<Tracked> tracked) {
    var doubts = new ArrayList<String>();
    tracked
        .filter(there -> !there.name().equals(checked.folder()))
        .ifPresent(there ->
            doubts.add(
                "the folder is %s, and %s says %s: a server judges what is pushed"
                    .formatted(checked.folder(), spec.path(), there.name())));
    if (spec.classes().isEmpty()) {
      doubts.add(
          "fovea.yaml names no classes of %s: a server takes those of its first version"
              .formatted(release.dataset()));
    }
    release.gates().stream()
        .map(Gate::device)
        .flatMap(Optional::stream)
        .filter(each -> !each.text().equals(device()))
        .distinct()
        .forEach(each ->
            doubts.add(
                "this machine is %s: what %s does is measured by the lab of a server"
                    .formatted(device(), each)));
    checked.findings().stream().limit(SHOWN_WARNINGS).map(Finding::sentence).forEach(doubts::add);
    if (checked.findings().size() > SHOWN_WARNINGS) {
      doubts.add(
          "and %d findings more of the dataset; --json has them"
              .formatted(checked.findings().size() - SHOWN_WARNINGS));
    }
    return doubts;
  }

  private static String text(Checked checked) {
    return "%s · %s%nmodel %s · dataset %s · int8 %s%n%s%s%s%s%s"
        .formatted(
            checked.model(),
            checked.verdict().passed() ? "would be released" : "would be refused",
            checked.modelDigest().abbreviated(),
            checked.dataset().abbreviated(),
            checked.int8().abbreviated(),
            VerdictText.rules(checked.verdict()),
            VerdictText.strengths(checked.verdict()),
            VerdictText.costs(checked.verdict()),
            VerdictText.front(checked.verdict()),
            VerdictText.steps(checked.steps()));
  }
}
