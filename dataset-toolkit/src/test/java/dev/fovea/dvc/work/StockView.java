package dev.fovea.dvc.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.Md5;
import dev.fovea.dvc.directory.DvcDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What stock {@code dvc} sees of a folder that is a remote: {@code files/md5}, and no packs. */
public final class StockView {
  private final Path root;

  public StockView(Path remote) {
    this.root = remote.resolve("files/md5");
  }

  public Set<String> names() throws IOException {
    if (!Files.isDirectory(root)) {
      return Set.of();
    }
    try (var files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString().replace("/", ""))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  public Set<String> folders() throws IOException {
    return names().stream().filter(name -> name.endsWith(".dir")).collect(Collectors.toSet());
  }

  private Path place(String name) {
    return root.resolve(name.substring(0, 2)).resolve(name.substring(2));
  }

  /** Each object is what its name says, and each folder has all its files. */
  public void requireSound() throws IOException {
    for (var name : names()) {
      assertThat(name).startsWith(Md5.hex(place(name)));
    }
    for (var folder : folders()) {
      try (var in = Files.newInputStream(place(folder))) {
        for (var file : DvcDirectory.read(in, 100_000).entries()) {
          assertThat(place(file.md5())).as("%s of %s", file.path(), folder).exists();
        }
      } catch (DvcMistake e) {
        throw new AssertionError(folder, e);
      }
    }
  }
}
