package dev.fovea.registry.mlflow;

import dev.fovea.kernel.Name;

/**
 * The project that a call of MLflow's protocol is about. MLflow knows no projects but has
 * workspaces, and its stock client sends the one of {@code MLFLOW_WORKSPACE}; so a workspace is a
 * project. Without one it is the project of the caller's token, and for a token of all projects it
 * is {@code default}.
 */
record Scope(Name project) {}
