package dev.fovea.dvc.remote;

import dev.fovea.dvc.Naming;
import dev.fovea.dvc.pack.PackFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** A folder: of this machine, or one that many machines see. */
public final class FolderRemote implements Remote {
  private static final int PREFIX = 2;

  /** DVC takes folders of two letters at the root for objects of its older layout. */
  static final String UNFINISHED = "fovea-unfinished";

  private final Path root;
  private final Layout layout;

  public FolderRemote(Path root) {
    this(root, Layout.USUAL);
  }

  private FolderRemote(Path root, Layout layout) {
    this.root = root;
    this.layout = layout;
  }

  @Override
  public Remote named(Naming naming) {
    return new FolderRemote(root, Layout.of(naming));
  }

  @Override
  public String address() {
    return root.toString();
  }

  private Path path(String name) {
    return root.resolve(layout.path(name));
  }

  @Override
  public Optional<Listed> find(String name) throws IOException {
    try {
      var attributes = Files.readAttributes(path(name), BasicFileAttributes.class);
      return Optional.of(
          new Listed(name, attributes.size(), attributes.lastModifiedTime().toInstant()));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  @Override
  public void list(String prefix, Consumer<Listed> each) throws IOException {
    var folder = root.resolve(layout.root()).resolve(prefix.substring(0, PREFIX));
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(folder, prefix.substring(PREFIX) + "*")) {
      for (var file : files) {
        var name = layout.name(layout.root() + folder.getFileName() + "/" + file.getFileName());
        if (name.isPresent()) {
          find(name.get()).ifPresent(each); // unless it was removed just now
        }
      }
    }
  }

  @Override
  public Optional<InputStream> open(String name) throws IOException {
    try {
      return Optional.of(Files.newInputStream(path(name)));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  @Override
  public void put(Upload object) throws IOException {
    var place = path(object.name());
    var unfinished = root.resolve(UNFINISHED);
    var fresh =
        unfinished.resolve(HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
    try {
      Files.createDirectories(place.getParent());
      Files.createDirectories(unfinished);
      if (object.offset() == 0) {
        Files.copy(object.file(), fresh);
      } else {
        Files.write(fresh, object.read());
      }
      Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException _) {
      Files.deleteIfExists(fresh);
    } catch (IOException e) {
      Files.deleteIfExists(fresh);
      throw notTaken(root, e);
    }
  }

  @Override
  public Optional<PackFiles> packFiles() {
    return Optional.of(new FolderPackFiles(root));
  }

  static RemoteUnavailable notTaken(Path root, IOException why) {
    var reason =
        why instanceof FileSystemException told && told.getReason() != null
            ? told.getReason()
            : "%s: %s".formatted(why.getClass().getSimpleName(), why.getMessage());
    return RemoteUnavailable.full(root.toString(), reason, why);
  }

  @Override
  public void mark(String name, String text) throws IOException {
    var folder = root.resolve(Layout.LEASES);
    var fresh = folder.resolve("." + name);
    try {
      Files.createDirectories(folder);
      Files.writeString(fresh, text);
      Files.move(
          fresh,
          folder.resolve(name),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      Files.deleteIfExists(fresh);
      throw notTaken(root, e);
    }
  }

  @Override
  public void unmark(String name) throws IOException {
    Files.deleteIfExists(root.resolve(Layout.LEASES).resolve(name));
  }

  @Override
  public List<Marker> markers() throws IOException {
    var folder = root.resolve(Layout.LEASES);
    var markers = new ArrayList<Marker>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "[!.]*")) {
        for (var file : files) {
          try {
            markers.add(new Marker(String.valueOf(file.getFileName()), Files.readString(file)));
          } catch (NoSuchFileException _) {
            // It was taken away just now.
          }
        }
      }
    }
    return markers;
  }

  @Override
  public void remove(Collection<String> names) throws IOException {
    for (var name : names) {
      Files.deleteIfExists(path(name));
    }
  }

  @Override
  public void close() {}
}
