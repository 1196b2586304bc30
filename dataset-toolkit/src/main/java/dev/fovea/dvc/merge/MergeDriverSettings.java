package dev.fovea.dvc.merge;

import dev.fovea.dvc.disk.AtomicFiles;
import dev.fovea.dvc.disk.WorkProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;

/** Where Git finds the merge driver: {@code .gitattributes}, for all, and this clone's settings. */
public final class MergeDriverSettings {
  private static final String ATTRIBUTE = "*.dvc merge=fovea";
  private static final String GIT = ".git";
  private static final String LINK = "gitdir:";

  private MergeDriverSettings() {}

  /**
   * Where it was written.
   *
   * @param attributes to be committed
   * @param config of this clone alone, as Git has it
   */
  public record Installed(Path attributes, Path config) {}

  /**
   * Tells Git of the driver; again changes nothing.
   *
   * @param folder in the repository
   * @param command that runs Fovea, as a shell reads it
   * @throws WorkProblem when the folder is in no Git repository, or its settings cannot be read
   */
  public static Installed install(Path folder, String command) throws IOException {
    var top = top(folder);
    var config = gitFolder(top).resolve("config");
    configure(config, command);
    var attributes = top.resolve(".gitattributes");
    var text = Files.exists(attributes) ? Files.readString(attributes) : "";
    if (text.lines().noneMatch(MergeDriverSettings::names)) {
      var gap = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
      AtomicFiles.write(
          attributes, (text + gap + ATTRIBUTE + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return new Installed(attributes, config);
  }

  private static boolean names(String line) {
    var words = List.of(line.strip().split("\\s+"));
    return words.containsAll(Arrays.asList(ATTRIBUTE.split(" ")));
  }

  private static void configure(Path file, String command) throws IOException {
    var config = new FileBasedConfig(null, file.toFile(), FS.DETECTED);
    try {
      config.load();
    } catch (ConfigInvalidException e) {
      throw new WorkProblem(
          "%s is no settings of Git: %s".formatted(file, e.getMessage()), "mend it, then repeat");
    }
    config.setString("merge", "fovea", "name", "Fovea's merge of what .dvc files track");
    config.setString("merge", "fovea", "driver", command + " dataset merge-driver %O %A %B %P");
    // Where Git first merges two common versions, it goes on from what these came from: a settled
    // half of a conflict there would pass for what both sides had.
    config.setString("merge", "fovea", "recursive", "binary");
    config.save();
  }

  private static Path top(Path folder) throws IOException {
    for (var top = folder.toRealPath(); top != null; top = top.getParent()) {
      if (Files.exists(top.resolve(GIT))) {
        return top;
      }
    }
    throw new WorkProblem("%s is in no Git repository".formatted(folder), "run: git init");
  }

  // A linked working tree has a file there that names its folder, where a file names the common
  // one.
  private static Path gitFolder(Path top) throws IOException {
    var git = top.resolve(GIT);
    if (Files.isDirectory(git)) {
      return git;
    }
    var link = Files.readString(git).strip();
    if (!link.startsWith(LINK)) {
      throw new WorkProblem(
          "%s is neither a folder nor names one".formatted(git), "clone the repository again");
    }
    var own = top.resolve(link.substring(LINK.length()).strip());
    var common = own.resolve("commondir");
    return Files.exists(common) ? own.resolve(Files.readString(common).strip()).normalize() : own;
  }
}
