package dev.fovea.dvc.tree;

import dev.fovea.dvc.cache.ObjectCache;
import dev.fovea.dvc.directory.CodePoints;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.disk.Snapshot;
import dev.fovea.dvc.work.Tracked;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/** The files of something that is tracked, in the order of their paths' code points. */
public interface Listing {
  /** Nothing. */
  Listing NONE = of(List.of(), Snapshot.none());

  /** How many there are. */
  int files();

  /** Its path inside the folder; empty for a single file that is tracked. */
  String path(int index);

  /** Of its bytes, 32 lower-case hex digits. */
  String md5(int index);

  /** How long it is; absent where that is not known here. */
  OptionalLong bytes(int index) throws IOException;

  /** The order of two files' paths, by their code points. */
  default int order(int index, Listing other, int otherIndex) {
    return CodePoints.ORDER.compare(path(index), other.path(otherIndex));
  }

  /** Whether two files hold the same. */
  default boolean sameContent(int index, Listing other, int otherIndex) {
    return md5(index).equals(other.md5(otherIndex));
  }

  /** A folder's object; lengths are those of the objects that the cache has. */
  record Folder(DvcDirectory folder, ObjectCache cache) implements Listing {
    @Override
    public int files() {
      return folder.size();
    }

    @Override
    public String path(int index) {
      return folder.paths().get(index);
    }

    @Override
    public String md5(int index) {
      return folder.md5s().hex(index);
    }

    @Override
    public OptionalLong bytes(int index) throws IOException {
      // Of what is not there, a File says 0 at the cost of one look.
      var object = cache.directory(md5(index)).toFile();
      long bytes = object.length();
      return bytes > 0 || object.exists() ? OptionalLong.of(bytes) : OptionalLong.empty();
    }

    @Override
    public int order(int index, Listing other, int otherIndex) {
      return other instanceof Folder(var its, _)
          ? folder.paths().compare(index, its.paths(), otherIndex)
          : Listing.super.order(index, other, otherIndex);
    }

    @Override
    public boolean sameContent(int index, Listing other, int otherIndex) {
      return other instanceof Folder(var its, _)
          ? folder.md5s().same(index, its.md5s(), otherIndex)
          : Listing.super.sameContent(index, other, otherIndex);
    }
  }

  /** What a {@code .dvc} file says of a single file. */
  static Listing of(Tracked file) {
    return new Listing() {
      @Override
      public int files() {
        return 1;
      }

      @Override
      public String path(int index) {
        return "";
      }

      @Override
      public String md5(int index) {
        return file.name();
      }

      @Override
      public OptionalLong bytes(int index) {
        return file.file().bytes();
      }
    };
  }

  /** What lies in the folder now. */
  static Listing of(Contents.Look look) {
    return of(look.isFolder() ? List.of() : List.of(""), look.now());
  }

  /**
   * What lies there now.
   *
   * @param names in place of the paths; empty where these are right
   */
  private static Listing of(List<String> names, Snapshot snapshot) {
    return new Listing() {
      @Override
      public int files() {
        return snapshot.files().size();
      }

      @Override
      public String path(int index) {
        return names.isEmpty() ? snapshot.files().get(index).file().path() : names.get(index);
      }

      @Override
      public String md5(int index) {
        return snapshot.files().get(index).md5().hex();
      }

      @Override
      public OptionalLong bytes(int index) {
        return OptionalLong.of(snapshot.files().get(index).file().bytes());
      }
    };
  }
}
