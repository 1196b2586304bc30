package dev.fovea.datasets.annotation;

import dev.fovea.dvc.DvcFile;

/**
 * A dataset folder with labelled frames in it, stored.
 *
 * @param file its {@code .dvc} file
 * @param added how many frames are new in it
 * @param known how many were left out since the folder has their bytes already
 */
record GrownFolder(DvcFile file, int added, int known) {}
