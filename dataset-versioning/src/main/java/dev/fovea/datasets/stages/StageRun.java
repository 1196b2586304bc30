package dev.fovea.datasets.stages;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.LineageNode.Kind;
import dev.fovea.kernel.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One run of a stage, as a {@code dvc.lock} keeps it. A stage that did the same again, and read and
 * made the same, is the same run, whichever commit says so.
 *
 * @param pipeline path of the {@code dvc.yaml} in the repository
 * @param stage its name there; anything at all
 * @param command that ran; empty where it is not known
 * @param parameters that it ran with, such as {@code lr=0.1}
 * @param deps what it read
 * @param outs what it made
 */
public record StageRun(
    String pipeline,
    String stage,
    String command,
    List<String> parameters,
    List<Data> deps,
    List<Data> outs) {
  private static final int SHOWN_PARAMETERS = 5;

  public StageRun {
    parameters = List.copyOf(parameters);
    deps = List.copyOf(deps);
    outs = List.copyOf(outs);
  }

  /**
   * A file or folder.
   *
   * @param path for people, as DVC's files say it where its place in the repository is not known;
   *     anything at all
   * @param object its content, see {@link #md5}; absent where the lock names none
   */
  public record Data(String path, Optional<String> object) {
    private static final String MD5 = "md5:";

    /** The name of an object of DVC 3: 32 hex digits, and {@code .dir} behind those of a folder. */
    public static String md5(String name) {
      return MD5 + name;
    }

    /** The same of DVC 2, whose MD5 takes no notice of line ends in text: another content. */
    static String legacy(String name) {
      return "md5-dos2unix:" + name;
    }

    /** The name of a folder's object of DVC 3; absent for anything else. */
    public Optional<String> folder() {
      return object
          .filter(name -> name.startsWith(MD5) && name.endsWith(".dir"))
          .map(name -> name.substring(MD5.length()));
    }

    String label() {
      return "%s (%s)"
          .formatted(
              Text.excerpt(path),
              object
                  .map(name -> name.startsWith(MD5) ? name.substring(MD5.length()) : name)
                  .orElse("no md5"));
    }
  }

  /** Of everything that it is; the order of what it was given, read and made means nothing. */
  public Digest digest() {
    var parts = new ArrayList<String>();
    parts.add(pipeline);
    parts.add(stage);
    parts.add(command);
    parameters.stream().sorted().map("param "::concat).forEach(parts::add);
    parts.addAll(sorted("dep", deps));
    parts.addAll(sorted("out", outs));
    var text = new StringBuilder();
    parts.forEach(
        part -> text.append(part.length()).append(':').append(part)); // none runs into the next
    return Digest.sha256(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> sorted(String what, List<Data> all) {
    return all.stream()
        .map(data -> "%s %s %s".formatted(what, data.object().orElse("-"), data.path()))
        .sorted()
        .toList();
  }

  /** In the lineage graph. */
  public LineageNode node() {
    return new LineageNode(Kind.STAGE, digest(), label());
  }

  private String label() {
    var did = new ArrayList<String>();
    if (!command.isEmpty()) {
      did.add(Text.excerpt(command));
    }
    if (!parameters.isEmpty()) {
      var shown = parameters.stream().limit(SHOWN_PARAMETERS).map(Text::excerpt).toList();
      int more = parameters.size() - shown.size();
      did.add(String.join(" ", shown) + (more > 0 ? " and %d more".formatted(more) : ""));
    }
    return "stage %s of %s%s"
        .formatted(
            Text.excerpt(stage),
            Text.excerpt(pipeline),
            did.isEmpty() ? "" : " (%s)".formatted(String.join("; ", did)));
  }

  /**
   * What it read or made, in the lineage graph: the same content is one thing, wherever it lies;
   * what has no name is a thing of this run's alone.
   */
  public LineageNode node(Data data) {
    return LineageNode.named(
        Kind.DATA, data.object().orElseGet(() -> digest() + " " + data.path()), data.label());
  }
}
