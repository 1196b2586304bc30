package dev.fovea.datasets.stages;

import dev.fovea.datasets.PipelineStages.Comparison;
import dev.fovea.datasets.repository.CommitFiles;
import dev.fovea.datasets.repository.CommitFiles.Content;
import dev.fovea.datasets.stages.CommitPipelines.Pipeline;
import dev.fovea.datasets.stages.StageRun.Data;
import dev.fovea.dvc.DvcFile;
import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.Naming;
import dev.fovea.dvc.pipeline.DvcLock;
import dev.fovea.dvc.pipeline.DvcPipeline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a commit has at each path, by DVC's names for content: a file in Git, what a {@code .dvc}
 * file tracks, what a stage made. Files inside of tracked folders, and folders in Git, are not
 * known.
 */
final class TrackedContent {
  private static final int MOST_FILE_BYTES = 16 << 20;
  private static final int MOST_DVC_BYTES = 64 << 10;
  private static final int MOST_BYTES = 128 << 20;

  /** A file of Git LFS, whose content is elsewhere. */
  private static final byte[] POINTER =
      "version https://git-lfs".getBytes(StandardCharsets.US_ASCII);

  private final CommitFiles files;
  private final Map<String, String> made;
  private final Map<String, Optional<String>> inGit = new HashMap<>();
  private final Map<String, Optional<String>> tracked = new HashMap<>();
  private int bytes = MOST_BYTES;

  TrackedContent(CommitFiles files, List<Pipeline> pipelines) {
    this.files = files;
    this.made = made(pipelines);
  }

  private static Map<String, String> made(List<Pipeline> pipelines) {
    var made = new HashMap<String, String>();
    for (var pipeline : pipelines) {
      for (var stage : pipeline.ran().values()) {
        var wdir = pipeline.declared().stage(stage.name()).flatMap(DvcPipeline.Stage::wdir);
        for (var out : stage.outs()) {
          wdir.flatMap(folder -> DvcPipeline.place(pipeline.file(), folder, out.path()))
              .ifPresent(path -> object(out).ifPresent(object -> made.put(path, object)));
        }
      }
    }
    return made;
  }

  /** DVC's name of the content that a lock says; absent where it says none. */
  static Optional<String> object(DvcLock.Entry entry) {
    return entry.name().map(name -> isMd5(entry) ? Data.md5(name) : Data.legacy(name));
  }

  private static boolean isMd5(DvcLock.Entry entry) {
    return entry.hash().equals(Optional.of("md5"));
  }

  /** How what the commit has at a path compares with what a stage read there. */
  Comparison compare(String path, DvcLock.Entry entry) throws IOException {
    var now = inGit(path, entry);
    if (now.isEmpty()) {
      now = tracked(path);
    }
    return compare(now.or(() -> Optional.ofNullable(made.get(path))), object(entry));
  }

  /** The same of what a stage made, where Git itself has it. */
  Comparison compareInGit(String path, DvcLock.Entry entry) throws IOException {
    return compare(inGit(path, entry), object(entry));
  }

  private static Comparison compare(Optional<String> now, Optional<String> then) {
    if (now.isEmpty() || then.isEmpty() || !scheme(now.get()).equals(scheme(then.get()))) {
      return Comparison.UNKNOWN;
    }
    return now.equals(then) ? Comparison.SAME : Comparison.CHANGED;
  }

  private static String scheme(String object) {
    return object.substring(0, object.indexOf(':'));
  }

  private Optional<String> inGit(String path, DvcLock.Entry entry) throws IOException {
    var naming = isMd5(entry) ? Naming.MD5 : Naming.DOS_TO_UNIX;
    var key = naming + ":" + path;
    var known = inGit.get(key);
    if (known == null) {
      known = hashed(path, naming);
      inGit.put(key, known);
    }
    return known;
  }

  private Optional<String> hashed(String path, Naming naming) throws IOException {
    var content = files.bytes(path, Math.min(MOST_FILE_BYTES, bytes));
    if (content.isEmpty() || isPointer(content.get())) {
      return Optional.empty();
    }
    bytes -= content.get().length;
    var name = HexFormat.of().formatHex(naming.hasher().digest(content.get()));
    return Optional.of(naming == Naming.MD5 ? Data.md5(name) : Data.legacy(name));
  }

  private static boolean isPointer(byte[] content) {
    return content.length >= POINTER.length
        && Arrays.equals(content, 0, POINTER.length, POINTER, 0, POINTER.length);
  }

  private Optional<String> tracked(String path) throws IOException {
    var known = tracked.get(path);
    if (known == null) {
      known = described(path);
      tracked.put(path, known);
    }
    return known;
  }

  private Optional<String> described(String path) throws IOException {
    if (!(files.read(path + ".dvc", MOST_DVC_BYTES) instanceof Content.Text(var text))) {
      return Optional.empty();
    }
    try {
      var file = DvcFile.parseAny(text);
      return file.directory().isEmpty()
              || !file.path().equals(path.substring(path.lastIndexOf('/') + 1))
          ? Optional.empty()
          : Optional.of(
              file.naming() == Naming.MD5
                  ? Data.md5(file.directory())
                  : Data.legacy(file.directory()));
    } catch (DvcMistake _) {
      return Optional.empty();
    }
  }
}
