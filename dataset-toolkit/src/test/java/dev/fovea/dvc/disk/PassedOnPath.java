package dev.fovea.dvc.disk;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;

/**
 * A path of the default file system, seen as one of another.
 *
 * @param real the path there
 */
record PassedOnPath(FileSystem files, Path real) implements Path {
  private Path seen(Path path) {
    return path == null ? null : new PassedOnPath(files, path);
  }

  @Override
  public FileSystem getFileSystem() {
    return files;
  }

  @Override
  public boolean isAbsolute() {
    return real.isAbsolute();
  }

  @Override
  public Path getRoot() {
    return seen(real.getRoot());
  }

  @Override
  public Path getFileName() {
    return seen(real.getFileName());
  }

  @Override
  public Path getParent() {
    return seen(real.getParent());
  }

  @Override
  public int getNameCount() {
    return real.getNameCount();
  }

  @Override
  public Path getName(int index) {
    return seen(real.getName(index));
  }

  @Override
  public Path subpath(int from, int to) {
    return seen(real.subpath(from, to));
  }

  @Override
  public boolean startsWith(Path other) {
    return real.startsWith(PassedOnFiles.real(other));
  }

  @Override
  public boolean endsWith(Path other) {
    return real.endsWith(PassedOnFiles.real(other));
  }

  @Override
  public Path normalize() {
    return seen(real.normalize());
  }

  @Override
  public Path resolve(Path other) {
    return seen(real.resolve(PassedOnFiles.real(other)));
  }

  @Override
  public Path relativize(Path other) {
    return seen(real.relativize(PassedOnFiles.real(other)));
  }

  @Override
  public URI toUri() {
    return real.toUri();
  }

  @Override
  public Path toAbsolutePath() {
    return seen(real.toAbsolutePath());
  }

  @Override
  public Path toRealPath(LinkOption... options) throws IOException {
    return seen(real.toRealPath(options));
  }

  @Override
  public File toFile() {
    return real.toFile();
  }

  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers)
      throws IOException {
    return real.register(watcher, events, modifiers);
  }

  @Override
  public int compareTo(Path other) {
    return real.compareTo(PassedOnFiles.real(other));
  }

  @Override
  public String toString() {
    return real.toString();
  }
}
