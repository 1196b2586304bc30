package dev.fovea.datasets;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;

/**
 * The stages of the DVC pipelines of a project's repository: what its {@code dvc.yaml} files say
 * that is to be done, and what the {@code dvc.lock} files beside them say that was.
 */
@HttpExchange("/api/v1/projects/{project}/datasets")
public interface PipelineStages {
  /** The branch that is looked at where nothing else is said. */
  String MAIN = "main";

  /**
   * Those of a commit, at most 1,000.
   *
   * @param at a branch, or seven leading digits or more of a commit that some branch holds
   */
  @GetExchange("/-/stages")
  Stages stages(
      @PathVariable("project") Name project,
      @RequestParam(name = "at", defaultValue = MAIN) String at)
      throws NoSuchThing;

  /**
   * What was found.
   *
   * @param branch absent where a commit was asked for
   * @param files paths of the {@code dvc.yaml} files
   * @param stages file by file, each in the file's order; each of a {@code foreach} or {@code
   *     matrix} for itself
   * @param doubts what could not be read, and what was left out
   */
  record Stages(
      GitCommit commit,
      Optional<String> branch,
      List<String> files,
      List<Stage> stages,
      List<Doubt> doubts) {}

  /**
   * Something that could not be used.
   *
   * @param file its path in the repository
   * @param line in it, from 1; 0 where the whole file is meant
   * @param remedy what to do
   */
  record Doubt(String file, int line, String text, String remedy) {}

  /**
   * A stage. Its texts are those of the repository, shortened, on one line and without logins in
   * addresses.
   *
   * @param file path of its {@code dvc.yaml}
   * @param name such as {@code train} or {@code train@0}; ends with {@code @…} where it stands for
   *     several that are not known
   * @param command that it runs; empty where it says none
   * @param reasons why it is in this state, at most 6
   */
  record Stage(
      String file,
      String name,
      String command,
      List<Dep> deps,
      List<Parameter> parameters,
      List<Out> outs,
      State state,
      List<String> reasons) {}

  /** What Git alone, and the project's own DVC remote, tell of a stage. */
  enum State {
    /** What the lock says is what the commit has, as far as it can be compared. */
    UNCHANGED,
    /** {@code dvc repro} would run it, since something is not as it was when it ran. */
    CHANGED,
    /** The lock knows nothing of it. */
    NEVER_RAN,
    /** It has no data, or says so: {@code dvc repro} runs it each time. */
    ALWAYS_RUNS,
    /** Unchanged, but an output is not in the project's DVC remote. */
    NOT_PUSHED,
    /** What it says, or what its lock says, can't be read. */
    UNKNOWN
  }

  /**
   * What a stage reads.
   *
   * @param path from the repository's root; as the stage says it where that is elsewhere
   * @param size when the stage ran; absent where the lock does not say
   * @param now how the commit's own compares with what the stage read
   */
  record Dep(String path, Optional<ByteSize> size, Comparison now) {}

  /** How something compares with what a lock says of it. */
  enum Comparison {
    SAME,
    CHANGED,
    /** Git does not have it, or the lock names nothing that could be compared. */
    UNKNOWN
  }

  /**
   * A parameter of a stage.
   *
   * @param file from the repository's root
   * @param value that the commit has; absent where that is not known
   * @param ran the value that the stage ran with; absent where the lock does not say
   */
  record Parameter(
      String file, String key, Optional<String> value, Optional<String> ran, Comparison now) {}

  /**
   * What a stage makes.
   *
   * @param path as that of {@link Dep}
   * @param size absent where the lock does not say
   * @param files of a folder; absent for a single file
   */
  record Out(String path, Optional<ByteSize> size, Optional<Long> files, Kept kept) {}

  /** Where an output is. */
  enum Kept {
    /** In the project's DVC remote. */
    HERE,
    /** Not in the project's DVC remote, where {@code dvc push} would bring it. */
    MISSING,
    /** In Git, in another remote, or nowhere yet. */
    ELSEWHERE
  }
}
