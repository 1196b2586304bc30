package dev.fovea.dvc.work;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.disk.AtomicFiles;
import dev.fovea.dvc.disk.WorkProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which folders this working copy has seen whole at a remote, the latest first. It only saves
 * questions: what it says is asked for again before it is built on.
 */
public final class PushLog {
  private static final int MOST = 50;

  private final Path folder;
  private final Path file;

  /**
   * @param remote its address
   */
  PushLog(Path folder, String remote) {
    this.folder = folder;
    this.file = folder.resolve(Md5.hex(remote.getBytes(StandardCharsets.UTF_8)) + ".pushed");
  }

  public List<String> names() throws IOException {
    if (!Files.isRegularFile(file)) {
      return List.of();
    }
    return Files.readAllLines(file).stream()
        .filter(line -> line.matches("[0-9a-f]{32}\\.dir"))
        .limit(MOST)
        .toList();
  }

  public void add(String name) throws IOException {
    var names = new ArrayList<>(List.of(name));
    names().stream().filter(other -> !other.equals(name)).limit(MOST - 1).forEach(names::add);
    var text = (String.join("\n", names) + "\n").getBytes(StandardCharsets.US_ASCII);
    try {
      Files.createDirectories(folder);
      AtomicFiles.write(file, text);
    } catch (IOException | WorkProblem _) {
      // Then it is asked for next time. What was pushed is there.
    }
  }
}
