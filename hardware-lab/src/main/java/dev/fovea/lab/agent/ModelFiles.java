package dev.fovea.lab.agent;

import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore.LocalObject;
import java.io.IOException;

/** Where an agent finds the model that it is to run. */
@FunctionalInterface
public interface ModelFiles {
  /** The model as a verified file. */
  LocalObject local(Digest model) throws IOException;
}
