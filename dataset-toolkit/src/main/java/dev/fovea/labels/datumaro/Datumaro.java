package dev.fovea.labels.datumaro;

import dev.fovea.labels.Classes;
import dev.fovea.labels.LabelClass;
import dev.fovea.labels.files.Sink;
import dev.fovea.labels.format.Feature;
import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.format.LabelWriter;
import java.io.IOException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/**
 * Datumaro's own JSON, format 1.0 (datumaro 1.13, {@code plugins/data_formats/datumaro}): {@code
 * annotations/SPLIT.json}, with {@code default} for no split. It has every shape here, and its
 * readers skip fields that they do not know, so the few things that Datumaro has no place for have
 * such fields: the path in the dataset, ids of classes and stated areas. Objects of several parts
 * are annotations of one group, as Datumaro's COCO reader makes them. Captions, cuboids, ellipses
 * and tracks are not read.
 */
public final class Datumaro implements LabelFormat {
  private static final Set<Feature> HOLDS =
      Collections.unmodifiableSet(
          EnumSet.complementOf(EnumSet.of(Feature.LICENCE, Feature.EXTRAS, Feature.NOTES)));

  @Override
  public String name() {
    return "Datumaro";
  }

  @Override
  public Set<Feature> holds() {
    return HOLDS;
  }

  @Override
  public Classes classes(LabelSource source) throws IOException, LabelMistake {
    var byName = new LinkedHashMap<String, LabelClass>();
    for (var file : DatumaroPaths.files(source)) {
      DatumaroLabels.read(source.silent(), file)
          .classes()
          .forEach(each -> byName.putIfAbsent(each.name(), each));
    }
    return new Classes(List.copyOf(byName.values()));
  }

  @Override
  public void read(LabelSource source, ImageConsumer images) throws IOException, LabelMistake {
    for (var file : DatumaroPaths.files(source)) {
      new DatumaroReader(source, file, DatumaroLabels.read(source, file)).read(images);
    }
  }

  @Override
  public LabelWriter open(Sink sink, Classes classes) {
    return new DatumaroWriter(sink, classes);
  }
}
