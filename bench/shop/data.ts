/** How much there is to sell, and how much is said about it. */
export interface ShopSize {
  readonly users: number;
  readonly products: number;
  readonly reviewsPerUser: number;
  readonly wordsPerReview: number;
}

export interface User {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
}

export interface Product {
  readonly sku: string;
  readonly title: string;
  /** In cents. */
  readonly price: number;
  /** In grams. */
  readonly weight: number;
}

export interface Review {
  readonly id: string;
  readonly text: string;
  readonly author: Pick<User, 'id' | 'handle'>;
  readonly product: Pick<Product, 'sku'>;
}

/** The same each time: what systems answer is compared. */
export function usersOf({ users }: ShopSize): User[] {
  return Array.from({ length: users }, (_, index) => ({
    id: userId(index),
    handle: handleOf(index),
    name: capitalised(wordsFrom(index * 31 + 7, 2)),
  }));
}

export function productsOf({ products }: ShopSize): Product[] {
  return Array.from({ length: products }, (_, index) => ({
    sku: skuOf(index),
    title: capitalised(wordsFrom(index * 17 + 3, 3)),
    price: 100 + ((index * 937) % 90_000),
    weight: 50 + ((index * 613) % 9_000),
  }));
}

/** Those of one user are about products that are far apart, and those of one product by users who are. */
export function reviewsOf({ users, products, reviewsPerUser, wordsPerReview }: ShopSize): Review[] {
  return Array.from({ length: users * reviewsPerUser }, (_, index) => {
    const author = Math.floor(index / reviewsPerUser);
    return {
      id: `r${index + 1}`,
      text: `${capitalised(wordsFrom(index * 101 + 13, wordsPerReview))}.`,
      author: { id: userId(author), handle: handleOf(author) },
      product: { sku: skuOf((index * 7) % products) },
    };
  });
}

export function userId(index: number): string {
  return `u${index + 1}`;
}

function handleOf(index: number): string {
  return `${wordsFrom(index * 53 + 1, 1)}${index + 1}`;
}

function skuOf(index: number): string {
  return `p${index + 1}`;
}

const words =
  'after amber basket before bright careful copper distant early evening fabric gentle glass handle honest iron letter little market morning narrow never often paper patient quiet river rough shelf silver simple small steady stone summer table travel under walnut winter wooden yellow'.split(
    ' ',
  );

/** Words in no order, but always the same for a seed (the constants are those of Numerical Recipes' quick generator). */
function wordsFrom(seed: number, count: number): string {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return words[(state >>> 8) % words.length];
  }).join(' ');
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
