package dev.fovea.dvc.work;

import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.Sharing;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.pipeline.DvcLock;
import dev.fovea.dvc.pipeline.DvcPipeline;
import dev.fovea.kernel.Text;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The outputs of the stages of one {@code dvc.yaml}: what its {@code dvc.lock} says that they hold,
 * and what the {@code dvc.yaml} says of where they are kept. Both are only read.
 *
 * @param outs those that DVC keeps, whose content is known
 * @param owned everything that a stage makes, kept by DVC or not
 * @param doubts what could not be told, for people: such outputs are left as they are
 */
public record Stages(List<Tracked> outs, List<Owned> owned, List<String> doubts) {
  public static final String LOCK = "dvc.lock";
  public static final String PIPELINE = "dvc.yaml";
  static final Stages NONE = new Stages(List.of(), List.of(), List.of());

  public Stages {
    outs = List.copyOf(outs);
    owned = List.copyOf(owned);
    doubts = List.copyOf(doubts);
  }

  /**
   * Something that a stage makes.
   *
   * @param path from the working copy's root
   */
  public record Owned(String path, String stage) {}

  /** Whether a path is that of a {@code dvc.lock}. */
  public static boolean isLock(String path) {
    return path.equals(LOCK) || path.endsWith("/" + LOCK);
  }

  /** The {@code dvc.yaml} that belongs to a {@code dvc.lock}. */
  public static String pipeline(String lock) {
    return folder(lock) + PIPELINE;
  }

  /** The {@code dvc.lock} that belongs to a {@code dvc.yaml}. */
  public static String lock(String pipeline) {
    return folder(pipeline) + LOCK;
  }

  private static String folder(String lock) {
    return lock.substring(0, lock.lastIndexOf('/') + 1);
  }

  /**
   * Reads them.
   *
   * @param root of the working copy
   * @param lock path of the {@code dvc.lock} from there, with {@code /}
   * @param text of it; empty where no stage ran yet
   * @param pipeline text of the {@code dvc.yaml}; absent where there is none
   * @param files that it may take variables from
   * @throws WorkProblem when the lock can't be read: nobody knows what it says
   */
  public static Stages read(
      Path root, String lock, String text, Optional<String> pipeline, DvcPipeline.Files files) {
    var reading = new Reading(root, lock, files);
    try {
      var stages = DvcLock.parse(text).stages();
      reading.take(stages, pipeline);
      return new Stages(reading.outs, reading.owned, reading.doubts);
    } catch (DvcMistake e) {
      throw new WorkProblem(
          "%s, line %d: %s".formatted(lock, e.line(), e.text()),
          "mend it, or have dvc write it anew: dvc repro");
    }
  }

  /** Gathers them. */
  private static final class Reading {
    private final Path root;
    private final String lock;
    private final DvcPipeline.Files files;
    private final List<Tracked> outs = new ArrayList<>();
    private final List<Owned> owned = new ArrayList<>();
    private final List<String> doubts = new ArrayList<>();

    Reading(Path root, String lock, DvcPipeline.Files files) {
      this.root = root;
      this.lock = lock;
      this.files = files;
    }

    void take(List<DvcLock.Stage> stages, Optional<String> text) {
      if (text.isEmpty()) {
        if (!stages.isEmpty()) {
          doubts.add("there is no %s, so what %s says is left alone".formatted(file(), lock));
        }
        return;
      }
      try {
        var pipeline = DvcPipeline.parse(text.get(), files);
        for (var each : pipeline.plain()) {
          place(each.wdir(), each.path())
              .ifPresent(path -> owned.add(new Owned(path, each.stage())));
        }
        for (var stage : stages) {
          var known = pipeline.stage(stage.name());
          if (known.isPresent()) {
            take(stage, known.get(), pipeline);
          }
        }
      } catch (DvcMistake e) {
        doubts.add(
            "%s, line %d: %s; so what %s says is left alone"
                .formatted(file(), e.line(), e.text(), lock));
      }
    }

    private String file() {
      return pipeline(lock);
    }

    private void take(DvcLock.Stage stage, DvcPipeline.Stage known, DvcPipeline pipeline) {
      if (known.wdir().isEmpty()) {
        doubts.add(
            "the stage %s of %s runs in a folder that is not resolved here, so its outputs are left alone"
                .formatted(Text.excerpt(stage.name()), file()));
        return;
      }
      known
          .fault()
          .ifPresent(fault ->
              doubts.add(
                  "the stage %s of %s: %s; so all its outputs are taken for cached and pushed"
                      .formatted(Text.excerpt(stage.name()), file(), fault)));
      for (var entry : stage.outs()) {
        var output = pipeline.output(stage.name(), entry.path());
        if (output.isPresent()) {
          take(stage.name(), known.wdir().get(), entry, output.get().sharing());
        } else if (known.fault().isPresent()) {
          take(stage.name(), known.wdir().get(), entry, Optional.of(Sharing.USUAL));
        }
      }
    }

    private void take(String stage, String wdir, DvcLock.Entry entry, Optional<Sharing> sharing) {
      var path = place(wdir, entry.path());
      if (path.isEmpty()) {
        doubts.add(
            "'%s' of the stage %s of %s lies outside of the repository, and is left alone"
                .formatted(Text.excerpt(entry.path()), Text.excerpt(stage), file()));
        return;
      }
      owned.add(new Owned(path.get(), stage));
      if (sharing.isEmpty()) {
        doubts.add(
            "%s does not say in full where '%s' of the stage %s is kept: it is taken for cached and pushed"
                .formatted(file(), Text.excerpt(path.get()), Text.excerpt(stage)));
      }
      var kept = sharing.orElse(Sharing.USUAL);
      if (!kept.cached()) {
        return;
      }
      if (entry.name().isEmpty()) {
        doubts.add(
            "%s, line %d: '%s' has no md5, and is left alone"
                .formatted(lock, entry.line(), Text.excerpt(path.get())));
        return;
      }
      var name = path.get().substring(path.get().lastIndexOf('/') + 1);
      outs.add(
          new Tracked(
              root.resolve(lock), path.get(), entry.tracked(name, kept), Optional.of(stage)));
    }

    /** From the working copy's root; absent where it lies elsewhere. */
    private Optional<String> place(String wdir, String path) {
      return DvcPipeline.place(lock, wdir, path);
    }
  }
}
