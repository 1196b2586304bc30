package dev.fovea.labels.files;

import dev.fovea.dvc.RelativePath;
import dev.fovea.kernel.Text;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A folder on disk. Links inside it are not followed, since they may lead out of it. */
public final class DiskFolder implements Folder, Sink {
  private final Path root;

  public DiskFolder(Path root) {
    this.root = root;
  }

  @Override
  public List<String> list(String folder) throws IOException {
    var start = folder.isEmpty() ? root : inside(folder);
    if (!Files.isDirectory(start, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (var files = Files.walk(start)) {
      return files
          .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .map(file -> root.relativize(file).toString().replace('\\', '/'))
          .sorted()
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public Optional<InputStream> open(String path) throws IOException {
    return has(path)
        ? Optional.of(Files.newInputStream(inside(path), LinkOption.NOFOLLOW_LINKS))
        : Optional.empty();
  }

  @Override
  public boolean has(String path) throws IOException {
    try {
      var file = inside(path);
      return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          && file.toRealPath().startsWith(root.toRealPath());
    } catch (NoSuchFileException _) {
      return false;
    }
  }

  @Override
  public OutputStream create(String path) throws IOException {
    var file = inside(path);
    var parent = Objects.requireNonNullElse(file.getParent(), root);
    Files.createDirectories(parent);
    if (!parent.toRealPath().startsWith(root.toRealPath())) {
      throw new IOException("'%s' lies behind a link".formatted(Text.excerpt(path)));
    }
    return new BufferedOutputStream(
        Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  private Path inside(String path) throws IOException {
    var fault = RelativePath.fault(path);
    if (fault.isPresent()) {
      throw new IOException("'%s' %s".formatted(Text.excerpt(path), fault.get()));
    }
    return root.resolve(path);
  }
}
