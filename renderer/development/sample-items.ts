import type { CatalogueItem } from '#bridge/terminal-api.ts';

interface Shelf {
  readonly category: string;
  readonly taxPermille: number;
  /** Names, each with the price in minor units of the smallest size. */
  readonly products: string;
  /** What is appended to the name, and the price's factor. */
  readonly sizes: readonly (readonly [size: string, factor: number])[];
}

const shelves: readonly Shelf[] = [
  {
    category: 'Bakery',
    taxPermille: 0,
    products: `
      Rye bread 240; Sourdough loaf 320; Butter croissant 110; Seeded roll 55;
      Cinnamon bun 165; Apple tart 290; Bagel 95; Blueberry muffin 180; Oat biscuits 195;
      Ciabatta 160; Pain au chocolat 140; Carrot cake 310; Pitta bread 130
    `,
    sizes: [
      ['', 1],
      ['wholegrain', 1.15],
      ['2 pieces', 1.9],
      ['4 pieces', 3.6],
    ],
  },
  {
    category: 'Dairy and eggs',
    taxPermille: 0,
    products: `
      Whole milk 115; Oat milk 190; Greek yoghurt 145; Mature cheddar 320;
      Free range eggs 210; Salted butter 230; Mozzarella 135; Double cream 120; Feta 225;
      Vanilla skyr 130; Brie 260; Kefir 175; Almond drink 210
    `,
    sizes: [
      ['small', 1],
      ['medium', 1.45],
      ['large', 1.9],
      ['organic', 1.6],
    ],
  },
  {
    category: 'Fruit and vegetables',
    taxPermille: 0,
    products: `
      Bananas 25; Gala apples 40; Lemons 35; Red grapes 220; Avocado 95; Carrots 70;
      Vine tomatoes 150; Baby spinach 160; Broccoli 110; Chestnut mushrooms 130;
      New potatoes 140; Cherries 310; Curly kale 135
    `,
    sizes: [
      ['loose', 1],
      ['500 g', 1.8],
      ['1 kg', 3.2],
      ['organic 500 g', 2.6],
    ],
  },
  {
    category: 'Meat and fish',
    taxPermille: 0,
    products: `
      Chicken breast 420; Beef mince 380; Smoked bacon 290; Salmon fillet 520;
      Pork sausages 310; Cooked ham 260; King prawns 480; Tuna steak 610; Lamb chops 690;
      Smoked mackerel 330; Turkey slices 275; Cod loin 560
    `,
    sizes: [
      ['200 g', 1],
      ['400 g', 1.9],
      ['family pack', 3.4],
      ['organic 400 g', 2.5],
    ],
  },
  {
    category: 'Pantry',
    taxPermille: 0,
    products: `
      Spaghetti 110; Basmati rice 190; Chopped tomatoes 65; Olive oil 640; Runny honey 350;
      Strawberry jam 240; Chickpeas 70; Porridge oats 150; Tomato soup 120; Plain flour 95;
      Peanut butter 265; Soy sauce 210; Sea salt 130
    `,
    sizes: [
      ['', 1],
      ['double pack', 1.85],
      ['organic', 1.5],
      ['value pack', 2.7],
    ],
  },
  {
    category: 'Drinks',
    taxPermille: 200,
    products: `
      Sparkling water 75; Orange juice 240; Cola 120; Cloudy lemonade 165;
      Ground coffee 490; Breakfast tea 280; Pale ale 260; Dry cider 240;
      Red wine, Merlot 890; Ginger kombucha 275; Tonic water 110; Iced latte 195
    `,
    sizes: [
      ['', 1],
      ['4 pack', 3.6],
      ['large', 1.8],
      ['light', 1],
    ],
  },
  {
    category: 'Snacks and sweets',
    taxPermille: 200,
    products: `
      Sea salt crisps 120; Dark chocolate 210; Wine gums 150; Salted cashews 290;
      Shortbread 220; Popcorn 165; Liquorice 175; Fruit lollies 195; Tortilla chips 185;
      Peppermints 90; Vanilla ice cream 380; Rice crackers 160
    `,
    sizes: [
      ['', 1],
      ['sharing bag', 1.8],
      ['multipack', 2.6],
      ['mini', 0.6],
    ],
  },
  {
    category: 'Household',
    taxPermille: 200,
    products: `
      Washing-up liquid 145; Kitchen roll 230; Toilet tissue 320; Laundry detergent 690;
      Bin bags 180; Sponges 120; Glass cleaner 210; AA batteries 450; LED bulb 390;
      Baking paper 165; Tea lights 250; Fabric softener 310
    `,
    sizes: [
      ['', 1],
      ['2 pack', 1.85],
      ['value pack', 3.2],
      ['eco', 1.2],
    ],
  },
  {
    category: 'Care',
    taxPermille: 200,
    products: `
      Toothpaste 210; Shampoo 320; Hand soap 140; Sun lotion 780; Plasters 190;
      Deodorant 260; Vitamin C 540; Cotton pads 120; Lip balm 180; Dental floss 230;
      Baby wipes 165; Shower gel 225
    `,
    sizes: [
      ['', 1],
      ['travel size', 0.6],
      ['twin pack', 1.8],
      ['sensitive', 1.2],
    ],
  },
  {
    category: 'Pets and papers',
    taxPermille: 200,
    products: `
      Cat food 95; Dog biscuits 280; Bird seed 340; Daily newspaper 180;
      Crossword magazine 350; Ballpoint pen 120; Greeting card 275; Tulips 450;
      Notebook 390; Sticky tape 210; Cat litter 520; Wrapping paper 260
    `,
    sizes: [
      ['', 1],
      ['large', 1.5],
      ['double pack', 1.8],
      ['premium', 2.1],
    ],
  },
];

const itemCount = 500;

/** An invented shop of 500 articles: the same every time. */
export function sampleItems(): readonly CatalogueItem[] {
  const items: CatalogueItem[] = [];
  for (const shelf of shelves) {
    for (const [sizeIndex, [size, factor]] of shelf.sizes.entries()) {
      for (const [productIndex, [product, priceMinor]] of parseProducts(shelf.products).entries()) {
        if (items.length >= itemCount - 1) break;
        items.push({
          itemId: `item-${items.length + 1}`,
          name: size === '' ? product : `${product}, ${size}`,
          barcode: ean13(items.length + 1),
          category: shelf.category,
          priceMinor: BigInt(Math.round((priceMinor * factor) / 5) * 5),
          taxPermille: shelf.taxPermille,
          favourite: sizeIndex === 0 && productIndex < 2,
        });
      }
    }
  }
  while (items.length < itemCount) items.push(namedAfterWhatIsInside(items.length + 1));
  return items;
}

function parseProducts(text: string): readonly (readonly [name: string, priceMinor: number])[] {
  return text.split(';').map((product) => {
    const words = product.trim().split(' ');
    return [words.slice(0, -1).join(' '), Number(words.at(-1))] as const;
  });
}

/** Names are not always short. */
function namedAfterWhatIsInside(number: number): CatalogueItem {
  return {
    itemId: `item-${number}`,
    name: `Hand-picked mountain herb infusion with lemon verbena and wild mint, ${number} sachets`,
    barcode: ean13(number),
    category: 'Drinks',
    priceMinor: 1_249_50n,
    taxPermille: 200,
    favourite: number === itemCount,
  };
}

/** An EAN-13 of the range that is free for use within a shop. */
function ean13(number: number): string {
  const digits = `20${number.toString().padStart(10, '0')}`;
  const sum = [...digits].reduce(
    (total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3),
    0,
  );
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
