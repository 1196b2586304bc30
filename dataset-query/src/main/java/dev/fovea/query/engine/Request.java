package dev.fovea.query.engine;

import dev.fovea.labels.convert.KnownFormat;
import dev.fovea.labels.yolo.Yolo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the process is told, as one line of JSON.
 *
 * @param labels what the tables are made of; null where that is a manifest
 * @param manifest the file of a version's manifest; null where the tables are made of labels
 * @param database the tables; made where it is not there
 * @param sql one SELECT statement
 * @param calls functions that it calls and that must give the same each time; empty where that does
 *     not matter
 * @param paths whether only the column {@code path} is wanted, each value once, sorted; of a
 *     manifest, with the MD5 and the bytes of each image
 * @param rows that are given back, at most
 * @param memoryBytes that the database may use
 */
public record Request(
    @Nullable Labels labels,
    @Nullable String manifest,
    String database,
    String sql,
    List<String> calls,
    boolean paths,
    long rows,
    long memoryBytes) {
  /**
   * Label files of a folder.
   *
   * @param files the list of the dataset's files, see {@link HeldFolder#write}
   * @param root where their bytes lie
   * @param cached whether that is the cache
   * @param task what YOLO's rows are; null for what data.yaml says
   * @param sizes whether images are opened for their sizes where the labels do not say them
   */
  public record Labels(
      String files,
      String root,
      boolean cached,
      KnownFormat format,
      Yolo.@Nullable Task task,
      boolean sizes) {}
}
