import { z } from 'zod';
import { innerType } from './attributes.ts';

/** A schema as a person would say it: `a list of strings`. */
export function inWords(schema: z.core.$ZodType): string {
  const type = unwrap(schema);
  if (type instanceof z.core.$ZodArray) return `a list of ${inPlural(type._zod.def.element)}`;
  if (type instanceof z.core.$ZodUnion) return type._zod.def.options.map(inWords).join(' or ');
  if (type instanceof z.core.$ZodEnum)
    return `one of ${Object.values(type._zod.def.entries).map(quote).join(', ')}`;
  if (type instanceof z.core.$ZodLiteral) return type._zod.def.values.map(quote).join(' or ');
  if (type instanceof z.core.$ZodObject) return `a table with ${Object.keys(type._zod.def.shape).join(', ')}`;
  if (type instanceof z.core.$ZodRecord) return `a table of ${inPlural(type._zod.def.valueType)}`;
  if (type instanceof z.core.$ZodBoolean) return 'true or false';
  if (type instanceof z.core.$ZodNumber) return 'a number';
  if (type instanceof z.core.$ZodString) return 'a string';
  return `a value of type ${type._zod.def.type}`;
}

function inPlural(schema: z.core.$ZodType): string {
  const type = unwrap(schema);
  if (type instanceof z.core.$ZodString) return 'strings';
  if (type instanceof z.core.$ZodNumber) return 'numbers';
  if (type instanceof z.core.$ZodUnion) return type._zod.def.options.map(inPlural).join(' or ');
  if (type instanceof z.core.$ZodObject) return `tables with ${Object.keys(type._zod.def.shape).join(', ')}`;
  return `items, each ${inWords(type)}`;
}

/** The schema of a member, as far as it can be told. */
export function childSchema(schema: z.core.$ZodType, step: string | number): z.core.$ZodType | undefined {
  const type = unwrap(schema);
  if (type instanceof z.core.$ZodArray) return type._zod.def.element;
  if (type instanceof z.core.$ZodRecord) return type._zod.def.valueType;
  if (type instanceof z.core.$ZodObject) return type._zod.def.shape[step];
  return undefined;
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  const inner = innerType(schema);
  return inner === undefined ? schema : unwrap(inner);
}

const quote = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(value) : String(value));
