/** The models that the worker has opened. */

import { InputError, readsHeaders } from '@lifegpt/core';
import {
  countParameters,
  createWorkbench,
  loadModel,
  readModelFolder,
  sidesInReach,
  type LanguageModel,
  type ModelFolder,
  type Workbench,
} from '@lifegpt/model';
import type { ModelCard, ModelFiles } from '../messages.js';
import { MOST_MODEL_SIDE } from '../play/setup.js';
import type { Devices } from './device.js';
import type { Downloader, OnLoading } from './download.js';

/** A model that is ready to write. */
export interface OpenedModel {
  readonly folder: ModelFolder;
  readonly language: LanguageModel;
  /** Why it does not run on the chosen device, or null. */
  readonly note: string | null;
  /** Compiled when someone first looks into it. */
  workbench(): Promise<Workbench>;
}

/** Opens models and keeps them. */
export interface Models {
  open(name: string, files: ModelFiles | null, onLoading: OnLoading): Promise<OpenedModel>;
  /** @throws InputError when it was not opened. */
  find(name: string): OpenedModel;
}

/**
 * An empty set of models.
 * @param open starts what they run on, when the first one is asked for
 */
export function createModels(open: () => Promise<Devices>, download: Downloader): Models {
  const opened = new Map<string, OpenedModel>();

  async function compile(
    folder: ModelFolder,
    devices: Devices,
  ): Promise<Pick<OpenedModel, 'language' | 'note'>> {
    try {
      return { language: await loadModel(folder, devices.chosen), note: devices.note };
    } catch (error) {
      if (devices.chosen.device !== 'webgpu') throw error;
      const reason = (error as Error).message.split('\n')[0];
      const note = `WebGPU failed here (${reason}), so the model runs on WASM`;
      return { language: await loadModel(folder, await devices.wasm()), note };
    }
  }

  return {
    async open(name, files, onLoading) {
      const known = opened.get(name);
      if (known !== undefined && files === null) return known;
      const [devices, folder] = await Promise.all([
        open(),
        readModelFolder(name, (file) =>
          files === null
            ? download(`models/${name}/${file}`, onLoading)
            : Promise.resolve(files[file]),
        ),
      ]);
      let workbench: Promise<Workbench> | null = null;
      const model: OpenedModel = {
        folder,
        ...(await compile(folder, devices)),
        workbench: () =>
          (workbench ??= devices.wasm().then((runtime) => createWorkbench(folder, runtime))),
      };
      await known?.language.release();
      opened.set(name, model);
      return model;
    },
    find(name) {
      const model = opened.get(name);
      if (model === undefined) throw new InputError(`model ${name} is not loaded; choose it again`);
      return model;
    },
  };
}

/** What there is to say of a model. */
export function describeModel({ name, config, tokenizer }: ModelFolder): ModelCard {
  const [shortest, longest] = sidesInReach(config);
  return {
    name,
    trainedFor: config.trained_for,
    sides: [shortest, Math.min(longest, MOST_MODEL_SIDE)],
    readsHeader: readsHeaders(tokenizer),
    parameters: countParameters(config),
    layers: config.n_layer,
    heads: config.n_head,
  };
}
