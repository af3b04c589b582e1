import type { QueryPlanInlineFragmentNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { isJsonObject, type JsonObject, ownValue, setOwn } from './json-value.ts';
import { mergeInto } from './merge.ts';
import type { PossibleTypes } from './possible-types.ts';
import type { Rewrite } from './rewrites.ts';
import { noValues, sameValuesAs } from './same-values.ts';

/** What a subgraph is asked about, each entity once however often it occurs in the answer. */
export interface Representations {
  readonly distinct: readonly JsonObject[];
  /** For each of them, the positions it stands for in the list of objects it was made from. */
  readonly positions: readonly (readonly number[])[];
}

export type PickRepresentations = (objects: readonly JsonObject[]) => Representations;

/** Reads the key and `@requires` fields of a fetch from objects, as the plan names them. */
export function compileRepresentations(
  requires: readonly QueryPlanSelectionNode[],
  rewrite: Rewrite | undefined,
  types: PossibleTypes,
): PickRepresentations {
  const pick = compileSelections(requires, types);
  const keys = rewrite === undefined ? keysThatTell(requires) : undefined;
  return (objects) => {
    const distinct: JsonObject[] = [];
    const positions: number[][] = [];
    const byValues = noValues<number[]>();
    const byText = new Map<string, number[]>();
    for (const [position, object] of objects.entries()) {
      const alike = keys && sameValuesAs(object, keys, byValues);
      if (alike?.note !== undefined) {
        alike.note.push(position);
        continue;
      }
      const representation = pick(object);
      // Null: what is needed was not answered. Without a type: the fetch is about other types than this object's.
      if (representation === null || typeof representation.__typename !== 'string') continue;
      rewrite?.(representation);
      const first = [position];
      if (alike !== undefined) alike.note = first;
      else {
        const text = JSON.stringify(representation);
        const same = byText.get(text);
        if (same !== undefined) {
          same.push(position);
          continue;
        }
        byText.set(text, first);
      }
      distinct.push(representation);
      positions.push(first);
    }
    return { distinct, positions };
  };
}

/** Keys of which the values alone are what is picked, of objects of one type; undefined if there is more to it. */
function keysThatTell([only, ...others]: readonly QueryPlanSelectionNode[]): string[] | undefined {
  if (only?.kind !== 'InlineFragment' || others.length > 0) return undefined;
  const keys: string[] = [];
  for (const selection of only.selections) {
    if (selection.kind !== 'Field' || selection.selections !== undefined) return undefined;
    keys.push(selection.alias ?? selection.name);
  }
  return keys.includes('__typename') ? keys : undefined;
}

/** Null when a field is missing: the subgraph that should have given it failed. A field that *is* null is given. */
type Picker = (object: JsonObject) => JsonObject | null;

function compileSelections(selections: readonly QueryPlanSelectionNode[], types: PossibleTypes): Picker {
  const [only] = selections;
  if (selections.length === 1 && only?.kind === 'InlineFragment') {
    // As nearly all are that the planner makes: what it picks needs no putting together.
    const pick = compileFragment(only, types);
    return (object) => pick(object) ?? {};
  }
  const parts = selections.map((selection) => compileSelection(selection, types));
  return (object) => {
    const picked: JsonObject = {};
    for (const part of parts) if (!part(object, picked)) return null;
    return picked;
  };
}

/** Adds its part of an object; false when that can't be had. */
type PickPart = (object: JsonObject, picked: JsonObject) => boolean;

function compileSelection(selection: QueryPlanSelectionNode, types: PossibleTypes): PickPart {
  if (selection.kind === 'Field') {
    const key = selection.alias ?? selection.name;
    const pick = selection.selections && compileSelections(selection.selections, types);
    return (object, picked) => {
      const value = ownValue(object, key);
      if (value === undefined) return false;
      setOwn(picked, key, pick === undefined ? value : pickAll(value, pick));
      return true;
    };
  }
  const pick = compileFragment(selection, types);
  return (object, picked) => {
    const part = pick(object);
    if (part !== null) mergeInto(picked, part, false);
    return true;
  };
}

/** Null also for an object that it isn't about. */
function compileFragment(
  { typeCondition, selections }: QueryPlanInlineFragmentNode,
  types: PossibleTypes,
): Picker {
  const pick = compileSelections(selections, types);
  return (object) =>
    typeCondition !== undefined && types.includes(typeCondition, object.__typename) ? pick(object) : null;
}

function pickAll(value: unknown, pick: Picker): unknown {
  if (Array.isArray(value)) return value.map((item) => pickAll(item, pick));
  return isJsonObject(value) ? pick(value) : null;
}
